"""Objects in an S3-compatible store, one PUT per finished page.

The address is `s3://bucket[/prefix]?endpoint=http://host:port&region=...`. Credentials
come from the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, or what the
provider sets); `anonymous=1` signs nothing.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

from portal.documents import DocumentGoneError, DocumentsError, checked_content, checked_name
from portal.places import ScaleMissingError

_TIMEOUT: Final = timedelta(seconds=20)
_RETRIES: Final = 3
_PARAMETERS: Final = frozenset({"endpoint", "region", "anonymous"})
Result = TypeVar("Result")


class S3Documents:
    """Objects of one bucket below one prefix; a PUT is as durable as the service makes it."""

    def __init__(self, address: str) -> None:
        """Reads the address; nothing is sent yet.

        Raises:
            DocumentsError: no address of an S3 store.
            ScaleMissingError: obstore is not installed.
        """
        try:
            import obstore  # noqa: PLC0415 - the package is an extra
            from obstore.exceptions import BaseError  # noqa: PLC0415 - the package is an extra
        except ImportError as error:
            raise ScaleMissingError("S3 asks for obstore: install the extra `scale`") from error
        self._obstore = obstore
        self._failure = BaseError
        self._prefix, self._store = _open(address)

    def put(self, sha256: str, content: bytes) -> None:
        """See `Documents.put`."""
        key = self._key(sha256)
        self._ask(lambda: self._obstore.put(self._store, key, content, use_multipart=False))

    def take(self, sha256: str, source: Path) -> None:
        """See `Documents.take`."""
        self.put(sha256, source.read_bytes())
        source.unlink()

    def get(self, sha256: str) -> bytes:
        """See `Documents.get`."""
        key = self._key(sha256)
        found = self._ask(lambda: self._obstore.get(self._store, key).bytes().to_bytes())
        return checked_content(sha256, found)

    def exists(self, sha256: str) -> bool:
        """See `Documents.exists`."""
        key = self._key(sha256)
        try:
            self._ask(lambda: self._obstore.head(self._store, key))
        except DocumentGoneError:
            return False
        return True

    def delete(self, sha256: str) -> None:
        """See `Documents.delete`."""
        key = self._key(sha256)
        try:
            self._ask(lambda: self._obstore.delete(self._store, key))
        except DocumentGoneError:
            return

    def digests(self) -> Iterator[str]:
        """See `Documents.digests`."""
        pages = iter(self._obstore.list(self._store, self._prefix))
        while (page := self._ask(lambda: next(pages, None))) is not None:
            for entry in page:
                yield str(entry["path"]).rpartition("/")[2]

    def _key(self, sha256: str) -> str:
        return self._prefix + checked_name(sha256)

    def _ask(self, question: Callable[[], Result]) -> Result:
        try:
            return question()
        except FileNotFoundError as error:
            raise DocumentGoneError("no such object") from error
        except self._failure as error:
            # the library's text names addresses and headers
            raise DocumentsError(f"S3: {type(error).__name__}") from None


def _open(address: str) -> tuple[str, Any]:
    from obstore.store import S3Store  # noqa: PLC0415 - the package is an extra

    parts = urlsplit(address)
    given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.netloc or set(given) - _PARAMETERS:
        raise DocumentsError("--documents takes s3://bucket?endpoint=http://host:port&region=...")
    endpoint = given.get("endpoint")
    store = S3Store(
        parts.netloc,
        endpoint=endpoint,
        region=given.get("region", "us-east-1"),
        virtual_hosted_style_request=endpoint is None,
        skip_signature=given.get("anonymous") == "1",
        client_options={
            "allow_http": bool(endpoint) and str(endpoint).startswith("http://"),
            "timeout": _TIMEOUT,
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": _TIMEOUT},
    )
    prefix = parts.path.strip("/")
    return (f"{prefix}/" if prefix else ""), store
