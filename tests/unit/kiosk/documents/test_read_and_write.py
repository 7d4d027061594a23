"""Any file in, clean files out."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from devices.errors import DeviceError, FailureCode
from kiosk.documents.detect import detect
from kiosk.documents.read_picture import decode, read_picture
from kiosk.documents.write import Kind, Wanted, write


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    sink = io.BytesIO()
    image.save(sink, kind, **options)
    return sink.getvalue()


RED = Image.new("RGB", (40, 20), (200, 10, 30))


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (encoded(RED, "PNG"), (20, 40, 3)),
        (encoded(RED.convert("L"), "PNG"), (20, 40, 3)),
        (encoded(RED.convert("RGBA"), "PNG"), (20, 40, 3)),
        (encoded(RED.convert("LA"), "PNG"), (20, 40, 3)),
        (encoded(RED.convert("P"), "PNG"), (20, 40, 3)),
        (encoded(RED.convert("1"), "PNG"), (20, 40, 3)),
        (encoded(RED.convert("CMYK"), "JPEG"), (20, 40, 3)),
        (encoded(RED, "TIFF"), (20, 40, 3)),
        (encoded(RED, "WEBP"), (20, 40, 3)),
        (encoded(Image.new("RGB", (1, 1)), "PNG"), (1, 1, 3)),
        (encoded(Image.new("L", (20_000, 30), 200), "PNG"), (30, 20_000, 3)),
    ],
)
def test_every_kind_of_picture_becomes_bgr_and_can_be_looked_at(
    data: bytes, shape: tuple[int, ...]
) -> None:
    picture = decode(data)

    assert picture.shape == shape
    assert picture.dtype == np.uint8
    assert detect(picture).page is None


def test_red_stays_red() -> None:
    blue, green, red = decode(encoded(RED, "PNG"))[5, 5]

    assert (blue, green, red) == (30, 10, 200)


def test_sixteen_bits_are_reduced_and_not_cut() -> None:
    ramp = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(1, -1).repeat(4, axis=0)

    grey = decode(encoded(Image.fromarray(ramp), "PNG"))[0, :, 0]

    assert grey[0] == 0
    assert grey[-1] == 255
    assert (np.diff(grey.astype(int)) >= 0).all()


def test_what_is_transparent_is_paper() -> None:
    clear = Image.new("RGBA", (8, 8), (0, 0, 0, 0))

    assert (decode(encoded(clear, "PNG")) == 255).all()


def test_the_exif_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    assert decode(encoded(RED, "JPEG", exif=exif)).shape == (40, 20, 3)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture at all",
        encoded(RED, "PNG")[:60],
        encoded(Image.effect_noise((300, 300), 50).convert("RGB"), "JPEG")[:4000],
        encoded(Image.new("1", (20_001, 4)), "PNG"),
        encoded(Image.new("1", (16_000, 16_000)), "PNG"),
    ],
    ids=["empty", "text", "short png", "short jpeg", "too long", "too many pixels"],
)
def test_what_is_no_picture_is_refused_by_code(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(data)

    with pytest.raises(DeviceError) as caught:
        read_picture(path)

    assert caught.value.code is FailureCode.IMAGE_INVALID


def test_a_missing_file_is_refused_by_code(tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as caught:
        read_picture(tmp_path / "nothing.jpg")

    assert caught.value.code is FailureCode.IMAGE_INVALID


@pytest.mark.parametrize("kind", ["jpg", "png"])
def test_a_written_page_carries_its_dpi_and_nothing_else(kind: Kind) -> None:
    page = np.full((300, 200, 3), 230, np.uint8)

    data = write(page, Wanted(kind, 150))

    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (200, 300)
        assert round(image.info["dpi"][0]) == 150
        assert not image.getexif()
    assert data == write(page, Wanted(kind, 150))


def test_a_pdf_has_the_true_size_and_no_date() -> None:
    data = write(np.full((1754, 1240, 3), 230, np.uint8), Wanted("pdf", 150))

    assert data.startswith(b"%PDF")
    assert b"CreationDate" not in data


def test_a_page_is_made_smaller_until_it_fits_or_is_refused() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (400, 300, 3), dtype=np.uint8)
    free = len(write(noise, Wanted("jpg", 150)))

    assert len(write(noise, Wanted("jpg", 150, free * 2 // 3))) <= free * 2 // 3
    with pytest.raises(DeviceError) as caught:
        write(noise, Wanted("jpg", 150, 2000))
    assert caught.value.code is FailureCode.IMAGE_INVALID
