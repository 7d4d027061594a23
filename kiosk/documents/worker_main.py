"""The worker's child process: pictures in, pages out."""

import sys

import cv2
import numpy as np

from devices.child import Blobs, Fields, serve
from devices.errors import DeviceError, FailureCode
from kiosk.documents.arrays import Picture
from kiosk.documents.find import find
from kiosk.documents.judge import glance, judge
from kiosk.documents.rectify import rectify, warp
from kiosk.documents.refine import refine
from kiosk.documents.scaling import shrink
from kiosk.documents.values import Page
from kiosk.documents.worker import PREVIEW_SIZE
from kiosk.documents.write import Wanted, write

_THUMB = (24, 34)
_SMALL_LONG = 720


def warm(fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
    """Nothing; that it answers means that everything is loaded."""
    del fields, blobs
    return {}, []


def preview(fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
    """Find the page on a small picture and say what stands against it."""
    frame = _frame(fields, blobs)
    small, scale = shrink(frame, PREVIEW_SIZE)
    page = find(small, thorough=False)
    height, width = small.shape[:2]
    corners = None
    failure = FailureCode.PAGE_NOT_FOUND
    thumb = b""
    answer: Fields = {"width": width, "height": height, "corners": None, "failure": str(failure)}
    if page is not None:
        # a rough page jitters from look to look, which would be taken for another page
        page = refine(small, page)
        corners = [[(x + 0.5) / width, (y + 0.5) / height] for x, y in page.corners]
        against = glance(small, page, float(scale.max())).failure
        answer |= {"corners": corners, "failure": str(against) if against else ""}
        thumb = _thumb(small, page)
    rgb = cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
    return answer, [rgb.tobytes(), thumb]


def capture(fields: Fields, blobs: Blobs) -> tuple[Fields, Blobs]:
    """Take the page of a full frame."""
    frame = _frame(fields, blobs)
    page = find(frame)
    if page is None:
        raise DeviceError(FailureCode.PAGE_NOT_FOUND)
    page = refine(frame, page)
    judgement = judge(frame, page)
    dpi = int(fields["dpi"])
    flat = rectify(frame, page, dpi)
    jpeg = write(flat, Wanted("jpg", dpi, int(fields["max_bytes"])))
    small, _ = shrink(flat, _SMALL_LONG)
    height, width = flat.shape[:2]
    answer = {"width": width, "height": height, "verdict": judgement.verdict}
    return {**answer, "reasons": list(judgement.reasons)}, [jpeg, write(small, Wanted("jpg", 72))]


def _frame(fields: Fields, blobs: Blobs) -> Picture:
    shape = (int(fields["height"]), int(fields["width"]), 3)
    return np.frombuffer(blobs[0], np.uint8).reshape(shape)


def _thumb(small: Picture, page: Page) -> bytes:
    """Grey values of the flat page, spread to full contrast, so that a lamp changes nothing."""
    flat = cv2.cvtColor(warp(small, page, (8 * _THUMB[0], 8 * _THUMB[1])), cv2.COLOR_BGR2GRAY)
    tiny = cv2.resize(flat, _THUMB, interpolation=cv2.INTER_AREA).astype(np.float32)
    spread = (tiny - tiny.mean()) * (40.0 / max(float(tiny.std()), 4.0)) + 128.0
    return bytes(np.clip(spread, 0, 255).astype(np.uint8).data)


def main() -> None:
    """Serve until the parent closes the pipe."""
    cv2.setNumThreads(1)
    serve({"warm": warm, "preview": preview, "capture": capture}, sys.argv)


if __name__ == "__main__":
    main()
