"""Bytes to a printer and back, over TCP, a serial line, a device file or a plain file.

One primitive, `exchange`: wait until there is room or an answer, write what fits, return
what came. The owner thread alone calls it; nothing is buffered here, so that the count of
written bytes is the truth as far as this machine knows it.
"""

import errno
import os
import select
import socket
import stat
import termios
import tty
from pathlib import Path
from typing import Protocol

import serial

from devices.config import DeviceUri
from devices.errors import DeviceError, FailureCode

_CONNECT_S = 1.0
_CHUNK = 4096
_SEND_BUFFER = 8192  # small: what the kernel holds can neither be recalled nor counted as printed


class Link(Protocol):
    """One connection to a printer."""

    @property
    def can_answer(self) -> bool:
        """False for a plain file: nothing will ever come back."""

    def open(self) -> None:
        """Connect; DeviceError with the reason when that fails."""

    def close(self) -> None:
        """Let go; idempotent, never raises."""

    def exchange(self, data: bytes, timeout_s: float) -> tuple[int, bytes]:
        """Wait for room or an answer; returns the bytes taken and the bytes received.

        Raises:
            DeviceError: DISCONNECTED when the other side is gone.
        """


class DescriptorLink:
    """A link over a non-blocking file descriptor."""

    def __init__(self) -> None:
        self._descriptor = -1
        self._deaf = False

    @property
    def can_answer(self) -> bool:
        """Whether reading makes sense here."""
        return not self._deaf

    def exchange(self, data: bytes, timeout_s: float) -> tuple[int, bytes]:
        """See `Link.exchange`."""
        if self._descriptor < 0:
            raise DeviceError(FailureCode.DISCONNECTED, "not open")
        readers = [] if self._deaf else [self._descriptor]
        writers = [self._descriptor] if data else []
        try:
            readable, writable, _ = select.select(readers, writers, [], max(0.0, timeout_s))
            received = self._read() if readable else b""
            taken = self._write(data) if writable else 0
        except (OSError, ValueError, TypeError, termios.error, serial.SerialException) as error:
            raise DeviceError(FailureCode.DISCONNECTED, _reason(error)) from error
        return taken, received

    def _read(self) -> bytes:
        try:
            received = os.read(self._descriptor, _CHUNK)
        except BlockingIOError:
            return b""
        if not received:
            self._ended()
        return received

    def _write(self, data: bytes) -> int:
        try:
            return os.write(self._descriptor, data[:_CHUNK])
        except BlockingIOError:
            return 0

    def _ended(self) -> None:
        raise DeviceError(FailureCode.DISCONNECTED, "closed by the printer")


class TcpLink(DescriptorLink):
    """A network printer, usually on port 9100."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Connect within one second."""
        self.close()
        place = f"{self._address[0]}:{self._address[1]}"
        try:
            opened = socket.create_connection(self._address, timeout=_CONNECT_S)
        except TimeoutError as error:
            raise DeviceError(FailureCode.CONNECT_TIMEOUT, place) from error
        except OSError as error:
            raise DeviceError(FailureCode.NOT_CONNECTED, f"{place} {_reason(error)}") from error
        opened.settimeout(0.0)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
        self._socket = opened
        self._descriptor = opened.fileno()

    def close(self) -> None:
        """Close the connection.

        Unread answers would make the kernel reset the connection and drop what is still on
        its way to the printer, so they are read first.
        """
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_WR)
                while self._socket.recv(_CHUNK):
                    pass
            except OSError:
                pass  # nothing to read or already broken: closing is all that is left to do
            self._socket.close()
        self._socket = None
        self._descriptor = -1


class SerialLink(DescriptorLink):
    """A printer on a serial line; RTS/CTS is the flow control unless the URI says none."""

    def __init__(self, path: str, baud: int, *, flow: bool) -> None:
        super().__init__()
        self._path = path
        self._baud = baud
        self._flow = flow
        self._port: serial.Serial | None = None

    def open(self) -> None:
        """Open the port for this process alone."""
        self.close()
        try:
            opened = serial.Serial(self._path, self._baud, timeout=0, rtscts=self._flow)
        except (OSError, ValueError, termios.error, serial.SerialException) as error:
            raise DeviceError(_open_failure(error), f"{self._path} {_reason(error)}") from error
        self._port = opened
        self._descriptor = opened.fileno()

    def close(self) -> None:
        """Close the port; a port that is already gone is closed as well."""
        if self._port is not None:
            try:
                self._port.close()
            except (OSError, termios.error, serial.SerialException):
                self._port.is_open = False
        self._port = None
        self._descriptor = -1


class FileLink(DescriptorLink):
    """A device file such as `/dev/usb/lp0`, or a plain file that never answers.

    A plain file is emptied by the first byte that is written after `open`.
    """

    def __init__(self, path: str, *, make: bool = True) -> None:
        """Prepare.

        Args:
            path: of the device or the file.
            make: a plain file that is not there is made by `open`.
        """
        super().__init__()
        self._path = Path(path)
        self._make = os.O_CREAT if make else 0
        self._fresh = False

    def open(self) -> None:
        """Open for reading and writing where that makes sense."""
        self.close()
        try:
            device = self._path.exists() and not stat.S_ISREG(self._path.stat().st_mode)
            flags = os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK if device else os.O_WRONLY | self._make
            self._descriptor = os.open(self._path, flags | os.O_CLOEXEC, 0o600)
            if os.isatty(self._descriptor):
                tty.setraw(self._descriptor)
        except (OSError, termios.error) as error:
            self.close()
            raise DeviceError(_open_failure(error), f"{self._path} {_reason(error)}") from error
        self._deaf = not device
        self._fresh = not device

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def _write(self, data: bytes) -> int:
        if self._fresh:
            os.ftruncate(self._descriptor, 0)
            self._fresh = False
        return super()._write(data)

    def _ended(self) -> None:
        # A printer class device may return nothing without being gone; its status stays unread.
        self._deaf = True


def link_for(uri: DeviceUri, *, make: bool = True) -> Link:
    """The link of a receipt printer's URI.

    Args:
        uri: the printer's address.
        make: a plain file that is not there is made when the link opens.

    Raises:
        DeviceError: OPTION_REFUSED for an address or option that makes no sense.
    """
    if not uri.target:
        raise DeviceError(FailureCode.OPTION_REFUSED, f"no address in {uri}")
    match uri.scheme:
        case "escpos+tcp":
            return _tcp(uri)
        case "escpos+serial":
            flow = uri.options.get("flow", "rtscts") != "none"
            return SerialLink(uri.target, uri.number("baud", 115_200), flow=flow)
        case "escpos+file":
            return FileLink(uri.target, make=make)
        case _:
            raise DeviceError(FailureCode.OPTION_REFUSED, f"no receipt printer: {uri.scheme}")


def _tcp(uri: DeviceUri) -> TcpLink:
    host, colon, port = uri.target.rstrip("/").rpartition(":")
    if not colon:
        host, port = port, "9100"
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise DeviceError(FailureCode.OPTION_REFUSED, f"no HOST:PORT in {uri}")
    return TcpLink(host.strip("[]"), int(port))


def _open_failure(error: Exception) -> FailureCode:
    number = getattr(error, "errno", None)
    if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return FailureCode.PERMISSION_DENIED
    return FailureCode.BUSY if number == errno.EBUSY else FailureCode.NOT_CONNECTED


def _reason(error: Exception) -> str:
    number = getattr(error, "errno", None)
    return errno.errorcode.get(number, type(error).__name__) if number else type(error).__name__
