"""`kiosk scan page` and `kiosk scan detect`: one page from a camera, pages in picture files."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from devices.errors import DeviceError, FailureCode
from kiosk.commands.advice import told
from kiosk.commands.output import Exit, common_flags, emit, failed, refused

if TYPE_CHECKING:
    from devices.camera.api import Frame, FrameSource
    from kiosk.documents.detect import Sighting

_KINDS = {".jpg": "jpg", ".jpeg": "jpg", ".png": "png", ".pdf": "pdf"}
_FIRST_FRAME_S = 3.0
_STILL_FRAMES = 8


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `scan page` and `scan detect`."""
    words = subparsers.add_parser("scan", help="take a page, or find pages in pictures")
    below = words.add_subparsers(dest="act", required=True, metavar="ACT")
    page = below.add_parser("page", help="take one page from a camera")
    page.add_argument(
        "--from", dest="source", required=True, metavar="URI", help="file:, camera:, simulated:"
    )
    page.add_argument("--out", required=True, metavar="FILE", help=".jpg, .png or .pdf")
    page.add_argument("--dpi", type=int, default=150, metavar="N", help="default 150")
    common_flags(page)
    page.set_defaults(run=run)
    look = below.add_parser("detect", help="find the page in each picture")
    look.add_argument("files", nargs="+", metavar="FILE")
    common_flags(look)
    look.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what was asked; see `design/commands.md` for the documents."""
    return _detect(args) if args.act == "detect" else _page(args)


def _detect(args: argparse.Namespace) -> int:
    from kiosk.documents.detect import detect, warm_up  # noqa: PLC0415 - loads OpenCV
    from kiosk.documents.read_picture import read_picture  # noqa: PLC0415 - loads OpenCV

    warm_up()
    end = Exit.DONE
    for name in args.files:
        document: dict[str, Any] = {"file": name}
        try:
            document |= _shown(detect(read_picture(Path(name))))
        except DeviceError as error:
            end = Exit.NOT_DONE
            document |= {"found": False, "corners": None, "quality": None, "ms": None}
            document |= {"failure": str(error.code), "message": told(error.code, error.detail)}
        emit(document, as_json=args.json)
    return end


def _shown(sighting: "Sighting") -> dict[str, Any]:
    page, judgement = sighting.page, sighting.judgement
    corners = None if page is None else [[round(x, 2), round(y, 2)] for x, y in page.corners]
    return {
        "found": page is not None,
        "corners": corners,
        "quality": {"verdict": judgement.verdict, "reasons": list(judgement.reasons)},
        "ms": round(sighting.cpu_ms, 1),
    }


def _page(args: argparse.Namespace) -> int:
    kind = _KINDS.get(Path(args.out).suffix.lower())
    if kind is None or not 50 <= args.dpi <= 600:
        text = "--out ends in .jpg, .png or .pdf; --dpi is 50 to 600"
        return refused(text, as_json=args.json)
    if args.source.startswith("sane:"):
        text = f"kiosk scan page --from {args.source}: not in this version"
        return refused(text, as_json=args.json)
    try:
        source = _source(args.source)
    except DeviceError as error:
        return refused(error.detail, as_json=args.json)
    try:
        frame = _frame(source, still=args.source.startswith("file:"))
        document = _taken(frame, Path(args.out), kind, args.dpi)
    except DeviceError as error:
        return failed(error.code, told(error.code, error.detail), as_json=args.json)
    except OSError as error:
        text = f"cannot write: {type(error).__name__}"
        return failed(str(FailureCode.IO_ERROR), text, as_json=args.json)
    emit(document, as_json=args.json)
    return Exit.DONE


def _source(text: str) -> "FrameSource":
    from devices.config import DeviceConfig, DeviceUri  # noqa: PLC0415 - keeps the start fast
    from devices.registry import check_address, opener  # noqa: PLC0415 - keeps the start fast

    uri = DeviceUri.parse(text)
    check_address("camera", uri)
    source: FrameSource = opener("camera", uri.scheme)(DeviceConfig("camera", uri))
    return source


def _frame(source: "FrameSource", *, still: bool) -> "Frame":
    """The first frame of a file, or one after a camera's picture had time to settle."""
    from devices.camera.api import NoFrame  # noqa: PLC0415 - keeps the start fast

    source.open()
    try:
        got: Frame | NoFrame = NoFrame()
        for _ in range(1 if still else _STILL_FRAMES):
            got = source.read(_FIRST_FRAME_S)
            if isinstance(got, NoFrame) and got.failure is not None:
                raise DeviceError(got.failure, got.detail)
    finally:
        source.close()
    if isinstance(got, NoFrame):
        raise DeviceError(FailureCode.FRAME_STALLED, got.detail)
    return got


def _taken(frame: "Frame", out: Path, kind: Any, dpi: int) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415 - keeps the start fast

    from kiosk.documents.detect import detect, warm_up  # noqa: PLC0415 - loads OpenCV
    from kiosk.documents.rectify import rectify  # noqa: PLC0415 - loads OpenCV
    from kiosk.documents.write import Wanted, write  # noqa: PLC0415 - loads OpenCV

    picture = np.frombuffer(frame.pixels, np.uint8).reshape(frame.height, frame.width, 3)
    warm_up()
    sighting = detect(picture)
    if sighting.page is None:
        raise DeviceError(FailureCode.PAGE_NOT_FOUND, "no page in the picture")
    flat = rectify(picture, sighting.page, dpi)
    out.write_bytes(write(flat, Wanted(kind, dpi)))
    size = {"size": [flat.shape[1], flat.shape[0]], "dpi": dpi}
    return _shown(sighting) | size | {"out": str(out)}
