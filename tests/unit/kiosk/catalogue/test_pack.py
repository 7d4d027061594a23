"""The demonstration pack, and how a broken one is refused: file, path, reason."""

import copy
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.catalogue.pack import BUILT_IN, PackInvalidError, built_in, load, parse

RAW = BUILT_IN.read_bytes()
Change = Callable[[dict[str, Any]], None]


def broken(change: Change) -> PackInvalidError:
    pack = copy.deepcopy(json.loads(RAW))
    change(pack)
    with pytest.raises(PackInvalidError) as caught:
        parse(json.dumps(pack, ensure_ascii=False).encode(), "pack.json")
    return caught.value


def s1(pack: dict[str, Any]) -> dict[str, Any]:
    item: dict[str, Any] = pack["items"][0]
    return item


def test_the_demo_pack_holds_nine_items_of_which_one_is_ready() -> None:
    catalogue = load()

    assert [item.id for item in catalogue.items()] == [f"S{n}" for n in range(1, 10)]
    assert [item.id for item in catalogue.items() if item.ready] == ["S1"]
    assert catalogue.sha256 == hashlib.sha256(RAW).hexdigest()
    assert catalogue.demo
    assert catalogue.item("S9") is not None
    assert catalogue.item("S10") is None


def test_the_addresses_cover_the_sixteen_districts() -> None:
    districts = built_in().districts

    assert len(districts) == 16
    assert len({each.code for each in districts}) == 16
    xuhui = next(each for each in districts if each.code == "310104")
    assert len(xuhui.towns) >= 4
    assert all(len(town.committees) == 3 and len(town.roads) == 6 for town in xuhui.towns)
    assert all(len(each.towns) >= 2 for each in districts)
    names = [name for each in districts for town in each.towns for name in town.committees]
    assert all("演示" in name for name in names)


def test_every_shown_text_has_an_english_one() -> None:
    catalogue = built_in()

    assert catalogue.text("居住证签注", "en") == "Residence permit renewal"
    assert catalogue.text("居住证签注", "zh_CN") == "居住证签注"
    assert catalogue.text("已扫描2页", "en_GB") == "2 page(s) scanned"
    assert catalogue.text("不在包里的话", "en") == "不在包里的话"
    assert catalogue.text("", "en") == ""


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        (lambda p: p.pop("items"), "items", "Field required"),
        (lambda p: p.update(surplus=1), "surplus", "Extra inputs"),
        (lambda p: s1(p).update(ready="yes"), "items.0.ready", "valid boolean"),
        (lambda p: s1(p).update(task_version=0), "items.0.task_version", "greater than"),
        (lambda p: s1(p).update(offline_policy="never"), "items.0.offline_policy", "should be"),
        (lambda p: s1(p)["guide"][0].update(options=[]), "items.0.guide.0.options", "at least 2"),
        (lambda p: p["items"].append(p["items"][0]), "items", "S1 stands twice"),
        (lambda p: p["districts"].append(p["districts"][0]), "districts", "stands twice"),
        (lambda p: p["words"].pop("yes"), "words.yes", "is missing"),
        (
            lambda p: s1(p)["guide"][0]["options"][1].update(then="item:S77"),
            "items.0.guide.0",
            "no such item: S77",
        ),
        (
            lambda p: s1(p)["forms"][2]["when"].update(field="nothing"),
            "items.0.forms.2.when",
            "no such field: nothing",
        ),
        (
            lambda p: s1(p)["forms"][2]["when"].update({"in": ["no"]}),
            "items.0.forms.2.when",
            "one comparison",
        ),
        (
            lambda p: s1(p)["forms"][4]["rules"].update(pattern="("),
            "items.0.forms.4.rules.pattern",
            "no regular expression",
        ),
        (
            lambda p: s1(p)["forms"][4].update(type="riddle"),
            "items.0.forms.4.type",
            "cannot ask for riddle",
        ),
        (
            lambda p: s1(p)["materials"][2]["exempt_by"][0].update(field="unchanged"),
            "items.0.materials.2.exempt_by.0",
            "no such promise",
        ),
        (
            lambda p: s1(p)["materials"][1]["exempt_by"][0].pop("certificate_name"),
            "items.0.materials.1.exempt_by.0",
            "certificate_name",
        ),
        (
            lambda p: s1(p)["materials"][2]["scan"].update(pages_min=5),
            "items.0.materials.2.scan",
            "more than pages_max",
        ),
        (lambda p: s1(p).update(summary="系统办理"), "items.0", "banned word 系统"),
        (lambda p: s1(p).update(offline_text="受理成功"), "items.0", "says too much"),
        (lambda p: p["translations"]["en"].pop("就业"), "translations.en.就业", "is missing"),
    ],
)
def test_a_broken_pack_is_refused_with_path_and_reason(
    change: Change, path: str, reason: str
) -> None:
    error = broken(change)

    assert error.file == "pack.json"
    assert [each for each in error.faults if each.path == path and reason in each.reason]


@pytest.mark.parametrize(
    "planted",
    ["受理成功", "已受理", "系统繁忙", "操作失败", "设备故障", "非法输入", "异常", "错误"],
)
def test_a_planted_claim_or_banned_word_fails_the_pack(planted: str) -> None:
    error = broken(lambda pack: s1(pack).update(offline_text=planted))

    assert any("banned" in each.reason or "too much" in each.reason for each in error.faults)


def test_all_faults_are_named_at_once() -> None:
    def change(pack: dict[str, Any]) -> None:
        s1(pack)["materials"][2]["scan"].update(pages_min=9)
        s1(pack)["materials"][1]["exempt_by"][0].pop("certificate_name")
        pack["translations"]["en"].pop("就业")

    paths = {each.path for each in broken(change).faults}

    assert paths == {
        "items.0.materials.2.scan",
        "items.0.materials.1.exempt_by.0",
        "translations.en.就业",
    }


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b'{"pack": 1}'])
def test_what_is_no_pack_is_refused(raw: bytes) -> None:
    with pytest.raises(PackInvalidError):
        parse(raw, "pack.json")


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PackInvalidError) as caught:
        load(tmp_path / "no.json")

    assert caught.value.file.endswith("no.json")


def test_loading_takes_less_than_fifty_milliseconds_beside_imports() -> None:
    load()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        load()
        times.append(time.perf_counter() - start)

    assert min(times) < 0.05


def test_importing_the_catalogue_does_not_import_pydantic() -> None:
    program = "import sys, kiosk.catalogue.pack; print('pydantic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


def test_a_broken_pack_carries_its_failure_code() -> None:
    with pytest.raises(PackInvalidError) as caught:
        parse(b"{", "pack.json")

    assert caught.value.failure == "PACK_INVALID"
