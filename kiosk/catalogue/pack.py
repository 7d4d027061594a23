"""Loading a pack: strict, whole or not at all, with its digest."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.catalogue.items import District, Item, Place, Town

if TYPE_CHECKING:
    from kiosk.catalogue.schema import PackModel

BUILT_IN = Path(__file__).with_name("packs") / "sh_demo.json"
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class PackFault:
    """One thing that is wrong: the file, the path inside it, the reason."""

    file: str
    path: str
    reason: str


class PackInvalidError(Exception):
    """A pack cannot be used; `faults` holds every fault that was found."""

    failure = "PACK_INVALID"

    def __init__(self, faults: tuple[PackFault, ...]) -> None:
        first = faults[0]
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"{first.file}: {first.path}: {first.reason}{more}")
        self.faults = faults
        self.file = first.file
        self.path = first.path
        self.reason = first.reason


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A checked pack.

    Attributes:
        sha256: hex digest of the file; travels with each submission.
        words: the pack's own small words by key, such as `yes` and `no`.
        labels: names of what the card tells, by key.
    """

    pack_id: str
    version: str
    sha256: str
    demo: bool
    notice: str
    words: Mapping[str, str]
    labels: Mapping[str, str]
    city: str
    districts: tuple[District, ...]
    places: tuple[Place, ...]
    _items: Mapping[str, Item]
    _translations: Mapping[str, Mapping[str, str]]

    def items(self) -> tuple[Item, ...]:
        """All items, in the pack's order."""
        return tuple(self._items.values())

    def item(self, item_id: str) -> Item | None:
        """The item of that id, or nothing."""
        return self._items.get(item_id)

    def text(self, zh: str, language: str) -> str:
        """A text of the pack in a language (`en`, `en_GB` ...), else as it stands in the pack.

        A text with a number in it is found by its form with `{n}` in the number's place.
        """
        table = self._translations.get(language.partition("_")[0].partition("-")[0])
        if table is None or not zh:
            return zh
        exact = table.get(zh)
        if exact is not None:
            return exact
        numbers = _NUMBER.findall(zh)
        form = table.get(_NUMBER.sub("{n}", zh))
        if form is None:
            return zh
        for number in numbers:
            form = form.replace("{n}", number, 1)
        return form

    def town(self, district: str, town: str) -> Town | None:
        """A town by the names of its district and itself."""
        found = next((each for each in self.districts if each.name == district), None)
        return next((each for each in found.towns if each.name == town), None) if found else None


def load(path: Path = BUILT_IN) -> Catalogue:
    """Read and check a pack.

    Raises:
        PackInvalidError: the file cannot be read, is no JSON, breaks the schema, or
            its parts do not fit together; all faults of one stage are named at once.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PackInvalidError((PackFault(str(path), "$", type(error).__name__),)) from error
    return parse(raw, str(path))


def parse(raw: bytes, file: str) -> Catalogue:
    """Check the bytes of a pack; see `load`."""
    from kiosk.catalogue import building, checks  # noqa: PLC0415 - pydantic takes long to import

    model = _validated(raw, file)
    faults = tuple(PackFault(file, path, reason) for path, reason in checks.faults(model))
    if faults:
        raise PackInvalidError(faults)
    return Catalogue(
        pack_id=model.pack.id,
        version=model.pack.version,
        sha256=hashlib.sha256(raw).hexdigest(),
        demo=model.pack.demo,
        notice=model.pack.notice,
        words=dict(model.words),
        labels={str(each["key"]): str(each["label"]) for each in model.pack.applicant_fields},
        city=model.city,
        districts=building.districts(model),
        places=tuple(Place(each.name, each.address) for each in model.places),
        _items={each.id: building.item(each, model.words) for each in model.items},
        _translations={language: dict(table) for language, table in model.translations.items()},
    )


@lru_cache(maxsize=1)
def built_in() -> Catalogue:
    """The pack that ships with the program, loaded once."""
    return load()


def _validated(raw: bytes, file: str) -> "PackModel":
    from pydantic import ValidationError  # noqa: PLC0415 - takes long to import

    from kiosk.catalogue.schema import PackModel  # noqa: PLC0415 - takes long to import

    try:
        return PackModel.model_validate_json(raw)
    except ValidationError as error:
        raise PackInvalidError(
            tuple(
                PackFault(file, ".".join(str(part) for part in each["loc"]) or "$", each["msg"])
                for each in error.errors(include_input=False, include_url=False)
            )
        ) from error
