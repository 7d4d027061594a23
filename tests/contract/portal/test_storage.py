"""The same contract for SQLite with files and for PostgreSQL with S3."""

import pytest
from portal_engines import Engines
from portal_storage import StorageContract

from portal.places import Places


class TestSqliteAndFiles(StorageContract):
    """A portal in its folder."""

    @pytest.fixture
    def places(self) -> Places:
        return Places()


class TestPostgresAndS3(StorageContract):
    """A portal at scale; a server that does not start is a failure."""

    @pytest.fixture
    def places(self, scale: Engines) -> Places:
        return Places(scale.postgres.database(), scale.s3.bucket())
