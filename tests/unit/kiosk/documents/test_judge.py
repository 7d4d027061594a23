"""Verdicts on pages whose truth is known."""

import cv2
import numpy as np
import page_pictures
import pytest

from devices.errors import FailureCode
from kiosk.documents.arrays import Picture
from kiosk.documents.judge import judge
from kiosk.documents.values import Judgement, Page

FRAME = (1400, 1900)
PAGE = Page(((80.0, 70.0), (1320.0, 75.0), (1315.0, 1829.0), (76.0, 1820.0)))


def frame_of(page: Picture, desk: int = 60) -> Picture:
    corners = np.array(PAGE.corners)
    laid, mask = page_pictures.warp_onto(page, corners, FRAME)
    picture = desk * (1 - mask[..., None]) + laid * mask[..., None]
    noise = np.random.default_rng(1).normal(0, 2, picture.shape)
    blurred = cv2.GaussianBlur(picture, (0, 0), 0.5)
    return np.asarray(np.clip(blurred + noise, 0, 255), np.uint8)


@pytest.fixture(scope="module")
def good() -> Picture:
    return frame_of(page_pictures.draw_page(5))


def verdict(frame: Picture) -> Judgement:
    return judge(frame, PAGE)


def test_a_sharp_bright_page_is_good(good: Picture) -> None:
    found = verdict(good)

    assert (found.verdict, found.reasons, found.failure) == ("good", (), None)
    assert 148 < found.dpi < 152


@pytest.mark.parametrize("sigma", [1.5, 2.5, 4.0])
def test_a_defocused_page_is_blurred_with_and_without_noise(good: Picture, sigma: float) -> None:
    soft = cv2.GaussianBlur(good, (0, 0), sigma)
    noise = np.random.default_rng(2).normal(0, 6, soft.shape)
    noisy = np.clip(soft + noise, 0, 255).astype(np.uint8)

    assert verdict(np.asarray(soft, np.uint8)).failure is FailureCode.PAGE_BLURRED
    assert "blurred" in verdict(noisy).reasons


def test_a_moved_page_is_blurred(good: Picture) -> None:
    moved = cv2.blur(good, (9, 1))

    assert "blurred" in verdict(np.asarray(moved, np.uint8)).reasons


def test_noise_alone_is_no_blur(good: Picture) -> None:
    noise = np.random.default_rng(2).normal(0, 6, good.shape)

    assert verdict(np.clip(good + noise, 0, 255).astype(np.uint8)).verdict == "good"


def test_a_dark_page_is_dark_and_not_blurred(good: Picture) -> None:
    found = verdict((good * 0.35).astype(np.uint8))

    assert found.failure is FailureCode.PAGE_DARK
    assert "blurred" not in found.reasons


def test_an_empty_sheet_is_blank() -> None:
    found = verdict(frame_of(np.full((1754, 1240, 3), 248, np.uint8)))

    assert found.failure is FailureCode.PAGE_BLANK


def test_a_sheet_with_two_written_lines_is_not_blank() -> None:
    sheet = np.full((1754, 1240, 3), 248, np.uint8)
    for y in (300, 380):
        cv2.putText(sheet, "Rent received 2026-11", (150, y), 0, 2.0, (60, 30, 20), 4)

    assert "blank" not in verdict(frame_of(sheet)).reasons


def test_a_page_at_the_border_is_cut_off(good: Picture) -> None:
    shifted = good[66:]
    a, b, c, d = ((x, y - 66) for x, y in PAGE.corners)
    page = Page((a, b, c, d))

    assert judge(shifted, page).failure is FailureCode.PAGE_CUT


def test_a_far_page_is_too_small(good: Picture) -> None:
    third = cv2.resize(good, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    a, b, c, d = ((x * 0.4, y * 0.4) for x, y in PAGE.corners)
    page = Page((a, b, c, d))

    assert judge(np.asarray(third, np.uint8), page).failure is FailureCode.PAGE_TOO_SMALL


def test_a_shadow_is_a_hint_and_no_refusal(good: Picture) -> None:
    shaded = good.astype(np.float32)
    shaded[:, :500] *= 0.42

    found = verdict(shaded.astype(np.uint8))

    assert "shadow" in found.reasons
    assert found.verdict == "warn"
