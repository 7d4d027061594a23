from pathlib import Path

import pytest

from devices.errors import DeviceError, FailureCode
from devices.receipt.fonts import FontFace, font_book


def test_a_face_draws_what_lies_in_its_ranges() -> None:
    face = FontFace("font", 0, (0x20, 0x4E00), (0x7E, 0x9FFF))
    assert [face.draws(character) for character in " ~一\x1f\x7fé"] == [True] * 3 + [False] * 3


def test_a_text_is_split_where_the_face_changes() -> None:
    runs = font_book(bold=False).runs("王𠮷𫚈三", 34)

    assert "".join(run.text for run in runs) == "王𠮷𫚈三"
    families = [str(run.font.getname()[0]) for run in runs]
    assert families[0].startswith("Noto Sans CJK SC")
    assert any(family.startswith("HanaMin") for family in families)


def test_an_empty_text_has_no_width() -> None:
    assert font_book(bold=True).width("", 34) == 0


@pytest.mark.parametrize("programs", ["", "fake"])
def test_without_fontconfig_or_fonts_nothing_is_drawn(
    programs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if programs:
        silent = tmp_path / "fc-list"
        silent.write_text("#!/bin/sh\n")
        silent.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    font_book.cache_clear()

    with pytest.raises(DeviceError) as caught:
        font_book(bold=False)
    font_book.cache_clear()

    assert caught.value.code is FailureCode.RENDER_ERROR
