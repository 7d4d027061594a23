"""`kiosk.toml`: every fault names its key, every key has a demo value."""

from pathlib import Path

import pytest

from kiosk.settings import SettingsError, demo, load, read


def _write(folder: Path, text: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_file_gives_the_demo_values(tmp_path: Path) -> None:
    settings = read(_write(tmp_path, ""))
    assert settings.terminal.id == "SH-000001"
    assert settings.limits.queue_items == 500
    assert settings.portal.url == ""


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = read(
        _write(tmp_path, '[state]\ndir = "store"\n[portal]\nca = "ca.pem"\nkey = "file:t.key"\n')
    )
    assert settings.state_dir == tmp_path / "store"
    assert settings.portal.ca == tmp_path / "ca.pem"
    assert settings.portal.key == tmp_path / "t.key"


def test_devices_are_read_with_their_options(tmp_path: Path) -> None:
    settings = read(_write(tmp_path, '[devices.card]\nuri = "sam:/dev/x?baud=9600"\n'))
    (card,) = settings.devices
    assert (card.device_id, card.uri.scheme, card.uri.target) == ("card", "sam", "/dev/x")
    assert card.uri.number("baud", 115200) == 9600


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[terminal]\nid = "x"\n', "terminal.id"),
        ('[terminal]\nregion = "31010"\n', "terminal.region"),
        ('[terminal]\ncode = "abc"\n', "terminal.code"),
        ("[terminal]\npx_per_mm = 400.0\n", "terminal.px_per_mm"),
        ('[terminal]\ncolour = "red"\n', "terminal.colour"),
        ('[portal]\nurl = "ftp://x"\n', "portal.url"),
        ('[portal]\nurl = "https://"\n', "portal.url"),
        ('[portal]\nurl = "https://[::1"\n', "portal.url"),
        ('[portal]\nurl = "https://h:99999"\n', "portal.url"),
        ('[portal]\nurl = "https://a:b@h"\n', "portal.url"),
        ('[portal]\nurl = "https://h/?a=b"\n', "portal.url"),
        ('[portal]\nurl = "http://portal.example"\n', "portal.url"),
        ('[portal]\ncert = "t.pem"\n', "portal.key"),
        ('[portal]\nkey = "plain"\n', "portal.key"),
        ("[portal]\nsignatures = true\n", "portal.signatures"),
        ('[devices.card]\nuri = "no scheme"\n', "devices.card.uri"),
        ("[devices.card]\nenabled = true\n", "devices.card.uri"),
        ('[devices.toaster]\nuri = "a:b"\n', "devices.toaster"),
        ("[limits]\nqueue_items = 0\n", "limits.queue_items"),
        ('[limits]\nqueue_days = "seven"\n', "limits.queue_days"),
        ("[limit]\nqueue_days = 7\n", "limit"),
        ('[state]\ndir = "a\\u0000b"\n', "state.dir"),
    ],
)
def test_a_fault_names_its_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(_write(tmp_path, text))
    assert [fault.key for fault in caught.value.faults] == [key]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(_write(tmp_path, '[terminal]\nid = "x"\ncode = "y"\n[limits]\nqueue_days = 0\n'))
    assert len(caught.value.faults) == 3


def test_a_file_that_is_no_toml_is_refused_with_its_name(tmp_path: Path) -> None:
    path = _write(tmp_path, "[terminal\n")
    with pytest.raises(SettingsError) as caught:
        read(path)
    assert caught.value.faults[0].key == str(path)


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path, "a = " + "[" * 5000)
    with pytest.raises(SettingsError) as caught:
        read(path)
    assert caught.value.faults[0].key == str(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError):
        read(path)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        load(str(tmp_path / "nothing.toml"))


def test_the_state_flag_wins_over_the_file(tmp_path: Path) -> None:
    path = _write(tmp_path, '[state]\ndir = "a"\n')
    assert load(str(path), str(tmp_path / "b")).state_dir == tmp_path / "b"


def test_the_demo_values_have_one_simulated_device_of_each_kind(tmp_path: Path) -> None:
    settings = demo(tmp_path)
    assert [each.device_id for each in settings.devices] == ["card", "camera", "receipt"]
    assert {each.uri.scheme for each in settings.devices} == {"simulated"}


@pytest.mark.parametrize(
    ("uri", "key", "named"),
    [
        ("pcsc:", "card", "pcsc"),
        ("sam:/dev/x?baud=abc", "card", "baud"),
        ("escpos+tcp://h:9100?blnd=1", "receipt", "blnd"),
        ("camera:/dev/x?width=wide", "camera", "width"),
    ],
)
def test_a_driver_or_an_option_that_nobody_knows_is_named(
    tmp_path: Path, uri: str, key: str, named: str
) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read(_write(tmp_path, f'[devices.{key}]\nuri = "{uri}"\n'))
    assert [fault.key for fault in caught.value.faults] == [f"devices.{key}.uri"]


def test_files_that_are_not_there_are_named_at_the_start(tmp_path: Path) -> None:
    text = '[portal]\nsealing_key = "a.pub"\nca = "ca.pem"\ncert = "t.pem"\nkey = "file:t.key"\n'
    (tmp_path / "t.key").write_text("")
    path = _write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load(str(path))
    assert [fault.key for fault in caught.value.faults] == [
        "portal.sealing_key",
        "portal.ca",
        "portal.cert",
    ]
    assert load(str(path), files=False).portal.ca == tmp_path / "ca.pem"


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.example",
        "https://portal.example:8443/quanban/",
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]:8080",
    ],
)
def test_an_address_that_can_be_spoken_to_is_taken(tmp_path: Path, url: str) -> None:
    assert read(_write(tmp_path, f'[portal]\nurl = "{url}"\n')).portal.url == url


@pytest.mark.parametrize("signs", [False, True])
def test_a_terminal_shows_its_certificate_or_signs_and_never_both(
    tmp_path: Path, *, signs: bool
) -> None:
    text = f'[portal]\ncert = "t.pem"\nkey = "file:t.key"\nsignatures = {str(signs).lower()}\n'
    portal = read(_write(tmp_path, text)).portal
    assert (portal.tls_pair is None) is signs
    assert (portal.signing_key is not None) is signs
