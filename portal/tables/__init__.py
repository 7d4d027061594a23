"""The tables of a portal's database, one module per area; importing the package knows them all.

A new area declares its tables in a module of its own on `base.metadata`, is named
here, and brings one revision below `portal/migrations/versions`. A new database is
made from these declarations, an older one is brought here by the revisions; a test
compares both ways on both engines.
"""

from portal.tables import acts, intake, ratings, results, upkeep
from portal.tables.base import metadata

__all__ = ["acts", "intake", "metadata", "ratings", "results", "upkeep"]
