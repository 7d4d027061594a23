"""The generators of photographs: their truth is what every figure rests on."""

import cv2
import numpy as np
import page_baselines
import page_pictures
import posed_pictures
import pytest
import scene_pictures

SIZE = (960, 540)


def test_the_same_seed_gives_the_same_picture() -> None:
    one = page_pictures.photograph(3, SIZE, "wood", "noise")
    other = page_pictures.photograph(3, SIZE, "wood", "noise")

    assert (one.image == other.image).all()


def test_the_page_warped_back_by_its_true_corners_is_the_page() -> None:
    page = page_pictures.draw_page(4, (620, 877))
    corners = np.array([[60.3, 40.2], [500.8, 66.1], [480.5, 690.4], [44.9, 660.7]])

    laid, mask = page_pictures.warp_onto(page, corners, (560, 720))
    flat = np.array([[0, 0], [620, 0], [620, 877], [0, 877]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), flat.astype(np.float32))
    back = cv2.warpPerspective(laid, matrix, (620, 877))

    assert np.abs(back[20:-20, 20:-20] - page[20:-20, 20:-20]).mean() < 12
    area = cv2.contourArea(corners.astype(np.float32))
    assert mask.sum() == pytest.approx(area, rel=0.004)


def test_the_mask_of_a_posed_page_has_the_area_of_its_corners() -> None:
    dark = posed_pictures.pose(5, "cloth", SIZE)
    empty = posed_pictures.pose(5, "cloth", SIZE, empty=True)

    assert dark.corners is not None
    assert empty.corners is None
    assert cv2.contourArea(dark.corners.astype(np.float32)) > 0.1 * SIZE[0] * SIZE[1]


def test_a_scene_is_the_same_again_and_differs_from_its_empty_desk_on_the_page() -> None:
    one = scene_pictures.scene(4, "bright", "all", SIZE)
    other = scene_pictures.scene(4, "bright", "all", SIZE)
    empty = scene_pictures.scene(4, "bright", "all", SIZE, empty=True)

    assert (one.image == other.image).all()
    assert one.corners is not None
    assert empty.corners is None
    assert cv2.contourArea(one.corners.astype(np.float32)) > 0.08 * SIZE[0] * SIZE[1]


@pytest.mark.parametrize("desk", scene_pictures.DESKS)
def test_every_scene_holds_its_whole_page(desk: str) -> None:
    corners = scene_pictures.scene(9, desk, "even", SIZE).corners

    assert corners is not None
    assert (corners > 10).all()
    assert (corners < np.array(SIZE) - 10).all()


def test_overlap_is_one_for_the_truth_and_nothing_for_none() -> None:
    truth = np.array([[10, 10], [310, 20], [300, 430], [5, 440]], float)

    assert page_pictures.jaccard(truth, truth) == pytest.approx(1.0, abs=1e-4)
    assert page_pictures.jaccard(truth, np.roll(truth, 1, axis=0)) == pytest.approx(1.0, abs=1e-4)
    assert page_pictures.jaccard(truth, truth + np.array([30, 0])) < 0.9
    assert page_pictures.jaccard(truth, None) == 0.0


def test_the_corner_error_is_a_mean_distance() -> None:
    truth = np.array([[10, 10], [310, 20], [300, 430], [5, 440]], float)

    assert page_pictures.corner_error(truth, truth + np.array([3, 4])) == pytest.approx(5.0)
    assert page_pictures.corner_error(truth, None) == float("inf")


def test_the_tutorials_detector_finds_the_easy_page() -> None:
    picture = page_pictures.photograph(11, SIZE, "mat", "plain")
    assert picture.corners is not None

    found = page_baselines.tutorial_corners(picture.image)

    assert page_pictures.jaccard(picture.corners, found) > 0.9
