"""An address in levels: district, town, committee, road from lists, then lane, number, room."""

from collections.abc import Mapping

from kiosk.catalogue.pack import Catalogue

LEVELS = ("district", "town", "committee", "road", "detail")
PARTS = (("lane", True), ("number", False), ("room", True))
"""The parts of the detail, and whether each may stay empty."""

_LONGEST_PART = 5

Parts = dict[str, str]


def start(catalogue: Catalogue, region: str) -> Parts:
    """A new address, with the district of the terminal's region as a proposal."""
    found = next((each for each in catalogue.districts if each.code == region), None)
    return {"district": found.name} if found else {}


def options(catalogue: Catalogue, parts: Mapping[str, str], level: str) -> tuple[str, ...]:
    """The names to choose from at a level; empty for the detail."""
    if level == "district":
        return tuple(each.name for each in catalogue.districts)
    if level == "town":
        name = parts.get("district", "")
        district = next((each for each in catalogue.districts if each.name == name), None)
        return tuple(each.name for each in district.towns) if district else ()
    town = catalogue.town(parts.get("district", ""), parts.get("town", ""))
    if town is None or level not in {"committee", "road"}:
        return ()
    return town.committees if level == "committee" else town.roads


def choose(parts: Parts, level: str, value: str) -> None:
    """Take a name; another one than before empties what hangs on it."""
    if parts.get(level) == value:
        return
    parts[level] = value
    inner = LEVELS[LEVELS.index(level) + 1 :]
    if level != "committee":
        for each in inner:
            parts.pop(each, None)
    for name, _optional in PARTS:
        parts.pop(name, None)


def type_part(parts: Parts, part: str, text: str) -> bool:
    """Take what is typed into one part of the detail; only up to five digits are taken."""
    plain = text.strip()
    fits = len(plain) <= _LONGEST_PART and plain.isascii() and (plain.isdigit() or not plain)
    if fits and part in dict(PARTS):
        parts[part] = plain
    return fits


def is_whole(catalogue: Catalogue, parts: Mapping[str, str]) -> bool:
    """Tell whether every level is one of its list and the number is there."""
    chosen = all(parts.get(level, "") in options(catalogue, parts, level) for level in LEVELS[:-1])
    return chosen and all(optional or parts.get(name) for name, optional in PARTS)


def street(catalogue: Catalogue, parts: Mapping[str, str]) -> str:
    """The address to its road: the part that may be shown."""
    return catalogue.city + "".join(parts.get(level, "") for level in LEVELS[:-1])


def text(catalogue: Catalogue, parts: Mapping[str, str]) -> str:
    """The whole address in one line, as it is sent."""
    detail = "".join(
        parts[name] + catalogue.words[name] for name, _optional in PARTS if parts.get(name)
    )
    return street(catalogue, parts) + detail
