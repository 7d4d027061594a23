"""Single pictures: found to the pixel, or not at all."""

import numpy as np
import page_pictures
import posed_pictures
import pytest

from devices.errors import FailureCode
from kiosk.documents.arrays import Picture
from kiosk.documents.detect import detect
from kiosk.documents.find import find, ordered
from kiosk.documents.refine import refine
from kiosk.documents.values import Page


def test_a_page_on_a_mat_is_found_and_refined_to_the_pixel() -> None:
    picture = page_pictures.photograph(11, (1280, 720), "mat", "plain")

    assert picture.corners is not None
    rough = find(picture.image)
    assert rough is not None
    fine = refine(picture.image, rough)

    before = page_pictures.corner_error(picture.corners, np.array(rough.corners))
    after = page_pictures.corner_error(picture.corners, np.array(fine.corners))
    assert after < 1.0
    assert after < before


@pytest.mark.parametrize("seed", [9500, 9505])
def test_a_page_of_which_one_side_lies_outside_is_cut_off(seed: int) -> None:
    whole = page_pictures.photograph(seed, (1280, 720), "mat", "plain")
    assert whole.corners is not None
    top, bottom = whole.corners[:, 1].min(), whole.corners[:, 1].max()
    image = np.ascontiguousarray(whole.image[: int(bottom - 0.25 * (bottom - top))])

    sighting = detect(image)

    assert sighting.page is not None
    assert sighting.judgement.failure is FailureCode.PAGE_CUT


def test_corners_go_round_from_the_upper_left() -> None:
    quad = np.array([[90.0, 80.0], [10.0, 85.0], [12.0, 5.0], [95.0, 9.0]])

    corners = ordered(quad)

    assert corners == ((12.0, 5.0), (95.0, 9.0), (90.0, 80.0), (10.0, 85.0))


def test_a_sheet_over_the_whole_frame_is_not_guessed() -> None:
    page = page_pictures.draw_page(3, (1080, 1500))

    assert find(page) is None


@pytest.mark.parametrize("desk", posed_pictures.DESKS)
def test_an_empty_desk_shows_no_page(desk: str) -> None:
    picture = posed_pictures.pose(77, desk, (960, 540), empty=True)

    assert find(picture.image) is None


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 900, 3), (40, 40, 3), (64, 5000, 3), (63, 64, 3)])
def test_odd_shapes_are_no_page_and_no_crash(shape: tuple[int, int, int]) -> None:
    noise: Picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)

    assert find(noise) is None


def test_pure_noise_and_flat_grey_are_no_page() -> None:
    noise: Picture = np.random.default_rng(0).integers(0, 256, (540, 960, 3), dtype=np.uint8)

    assert find(noise) is None
    assert find(np.full((540, 960, 3), 128, np.uint8)) is None


def test_a_tiny_picture_is_left_as_found() -> None:
    page = Page(((10.0, 10.0), (80.0, 10.0), (80.0, 100.0), (10.0, 100.0)))

    assert refine(np.zeros((120, 120, 3), np.uint8), page) is page


def test_detection_tells_its_cpu_time_and_no_page_as_a_value() -> None:
    sighting = detect(np.full((540, 960, 3), 90, np.uint8))

    assert sighting.page is None
    assert sighting.judgement.reasons == ("no_page",)
    assert sighting.cpu_ms > 0
