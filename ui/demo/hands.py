"""What the scripted resident does outside the glass: cards and papers on simulated devices."""

import json
from pathlib import Path

from devices.config import DeviceConfig
from ui.demo.papers import draw_lease
from ui.demo.people import Person


class Hands:
    """Lays cards and papers where simulated devices look; a real device is left alone."""

    def __init__(self, devices: tuple[DeviceConfig, ...]) -> None:
        """Find the folders of the simulated devices and make them."""
        self._folders = {
            each.device_id: Path(each.uri.target)
            for each in devices
            if each.uri.scheme == "simulated"
        }
        for folder in self._folders.values():
            folder.mkdir(parents=True, exist_ok=True)

    def lay_card(self, person: Person) -> None:
        """Lay the person's card on the reader."""
        if (folder := self._folders.get("card")) is None:
            return
        card = {
            "doc_type": "resident",
            "number": person.number,
            "name": person.name,
            "sex": person.sex,
            "nation": "01",
            "birth": person.birth.isoformat(),
            "address": person.address,
            "issuer": person.issuer,
            "valid_from": person.valid_from.isoformat(),
            "valid_to": person.valid_to.isoformat() if person.valid_to else None,
        }
        waiting = folder / "card.json.new"
        waiting.write_text(json.dumps(card, ensure_ascii=False), encoding="utf-8")
        waiting.rename(folder / "card.json")

    def lift_card(self) -> None:
        """Take the card away."""
        if (folder := self._folders.get("card")) is not None:
            (folder / "card.json").unlink(missing_ok=True)

    def bring_papers(self, person: Person, pages: int) -> None:
        """Get the pages ready beside the camera; slow, so not on the main thread."""
        if (folder := self._folders.get("camera")) is None:
            return
        for page in range(1, pages + 1):
            draw_lease(person, page).save(folder / f"page-{page}.png", compress_level=1)

    def lay_page(self, page: int | None) -> None:
        """Lay one page under the camera, or none."""
        if (folder := self._folders.get("camera")) is None:
            return
        name = f"page-{page}.png" if page else ""
        waiting = folder / "current.txt.new"
        waiting.write_text(name, encoding="utf-8")
        waiting.rename(folder / "current.txt")

    def receipt_folder(self) -> Path | None:
        """Where the simulated printer lays its paper."""
        return self._folders.get("receipt")

    def take_all(self) -> None:
        """Take card and papers along: nothing of the resident stays behind."""
        self.lift_card()
        if (folder := self._folders.get("camera")) is not None:
            self.lay_page(None)
            for page in folder.glob("page-*.png"):
                page.unlink()
