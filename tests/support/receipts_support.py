"""Receipts of invented people, printers with faults, and a listener for what they report."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from devices.config import DeviceConfig, DeviceUri
from devices.errors import FailureCode
from devices.events import DeviceState, DeviceStateChanged, Snapshot
from devices.receipt import escpos, simulated
from devices.receipt.api import (
    Align,
    Line,
    Pair,
    PrintJob,
    PrintResult,
    PrintSettled,
    Qr,
    ReceiptLayout,
    Rule,
    Space,
)
from devices.receipt.escpos import EscposPrinter
from devices.receipt.machine import Fault, Traits
from devices.receipt.peer import Pace, PrinterPeer
from devices.receipt.talk import Limits

QUICK = Limits(reply_s=0.4, resync_s=0.6, watch_s=0.1, silence_s=1.0, hold_s=1.2)
PATIENCE_S = 20.0


def receipt_layout() -> ReceiptLayout:
    """The receipt of a submission that the portal does not have yet."""
    return ReceiptLayout(
        (
            Line("收件凭条", 24, bold=True, align=Align.CENTRE),
            Line("（尚未受理）", 16, bold=True, align=Align.CENTRE),
            Rule(),
            Line("收件编号", 12, align=Align.CENTRE),
            Line("3101 1500 17B2 2611 2100 0423", 16, bold=True, align=Align.CENTRE),
            Rule(),
            Pair("事项", "居住证签注"),
            Pair("姓名", "张*三"),
            Pair("时间", "2026-11-21 09:32"),
            Pair("地点", "徐汇区漕河泾社区自助终端 0017"),
            Rule(),
            Line("接下来", 14, bold=True),
            Line("材料已保存在本机，联网后自动送出。最晚 2026-11-24 以短信告知您。"),
            Line("查询：随申办“我的办件”，或拨打 12345。"),
            Qr("3101150017B2261121000423", "3101 1500 17B2 2611 2100 0423"),
            Line("演示数据 · 不作办事依据", 10, align=Align.CENTRE),
        )
    )


def short_layout(text: str = "演示数据") -> ReceiptLayout:
    """A slip of about 250 rows."""
    return ReceiptLayout((Line("凭条", 24, bold=True), Line(text), Line("第二行"), Space(10)))


def layouts() -> list[ReceiptLayout]:
    """Sixteen receipts of all kinds, one of them longer than one band of 960 rows."""
    names = ("王㛃", "𠮷田", "䶮文", "欧阳*", "Anna Müller", "李𫚈")
    named = [ReceiptLayout((Line("凭条", 18), Pair("姓名", name), Rule())) for name in names]
    sizes = [ReceiptLayout((Line("大字凭条 Large 123", size),)) for size in (10, 18, 30, 48)]
    codes = [
        ReceiptLayout((Qr(data, data),)) for data in ("12345", "A" * 90, "https://example.cn/q/7")
    ]
    long = ReceiptLayout(tuple(Pair(f"材料 {n}", "居住证、租赁合同" * 4) for n in range(20)))
    return [receipt_layout(), short_layout(), long, *named, *sizes, *codes]


def a_job(
    name: str = "job-0001", layout: ReceiptLayout | None = None, *, for_s: float = 15.0
) -> PrintJob:
    """A job that may take so many seconds from now."""
    return PrintJob(name, "visit-1", layout or short_layout(), time.monotonic() + for_s)


def config_of(uri: str) -> DeviceConfig:
    return DeviceConfig("receipt", DeviceUri.parse(uri))


class Listener:
    """Collects what a printer reports; waits without polling."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.settled: list[PrintSettled] = []
        self.snapshots: list[Snapshot] = []

    def __call__(self, event: object) -> None:
        with self._changed:
            if isinstance(event, PrintSettled):
                self.settled.append(event)
            if isinstance(event, DeviceStateChanged):
                self.snapshots.append(event.snapshot)
            self._changed.notify_all()

    def result(self, number: int = 1) -> PrintResult:
        """The nth job's end, awaited."""
        assert self._wait(lambda: len(self.settled) >= number), "no outcome"
        return self.settled[number - 1].result

    def await_state(self, *states: DeviceState) -> Snapshot:
        """Wait until the newest snapshot has one of the states."""
        met = self._wait(lambda: bool(self.snapshots) and self.snapshots[-1].state in states)
        assert met, f"still {self.snapshots[-1:]}"
        return self.snapshots[-1]

    def await_reason(self, reason: FailureCode) -> None:
        """Wait until the newest snapshot has the reason."""
        met = self._wait(lambda: bool(self.snapshots) and reason in self.snapshots[-1].reasons)
        assert met, f"still {self.snapshots[-1:]}"

    def _wait(self, condition: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, PATIENCE_S)


class Rig(Protocol):
    """A printer and the hand that breaks it."""

    def printer(self, limits: Limits = QUICK) -> EscposPrinter: ...
    def set_fault(self, fault: Fault, *, present: bool = True) -> None: ...
    def load_paper(self, rows: int | None) -> None: ...
    def break_after(self, received_bytes: int) -> None: ...
    def unplug(self) -> None: ...
    def plug_in(self) -> None: ...
    def cuts(self) -> int: ...
    def close(self) -> None: ...


class TcpRig:
    """The real driver against a peer on a port."""

    def __init__(self, traits: Traits | None = None, mm_per_s: float = 400.0) -> None:
        self.peer = PrinterPeer(traits, pace=Pace(mm_per_s))
        self.peer.start()

    def printer(self, limits: Limits = QUICK) -> EscposPrinter:
        config = config_of(f"escpos+tcp://127.0.0.1:{self.peer.port}")
        return EscposPrinter(config, escpos.driver_for(config, limits), poll_s=0.1)

    def set_fault(self, fault: Fault, *, present: bool = True) -> None:
        self.peer.set_fault(fault, present=present)

    def load_paper(self, rows: int | None) -> None:
        self.peer.load_paper(rows)

    def break_after(self, received_bytes: int) -> None:
        self.peer.cut_line_after(received_bytes)

    def unplug(self) -> None:
        self.peer.unplug()

    def plug_in(self) -> None:
        self.peer.plug_in()

    def cuts(self) -> int:
        return self.peer.events.count("cut")

    def close(self) -> None:
        self.peer.stop()


class FolderRig:
    """The simulated driver and its control file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._control: dict[str, object] = {}

    def printer(self, limits: Limits = QUICK) -> EscposPrinter:
        config = config_of(f"simulated:{self._folder}")
        return EscposPrinter(config, simulated.driver_for(config, limits), poll_s=0.1)

    def set_fault(self, fault: Fault, *, present: bool = True) -> None:
        self._write(fault=fault.value if present else None)

    def load_paper(self, rows: int | None) -> None:
        self._write(paper_rows=rows)

    def break_after(self, received_bytes: int) -> None:
        self._write(die_after_bytes=received_bytes)

    def unplug(self) -> None:
        self._write(fault="UNPLUGGED")

    def plug_in(self) -> None:
        self._write(fault=None, die_after_bytes=None)

    def cuts(self) -> int:
        return len(list(self._folder.glob("receipt-*.png")))

    def close(self) -> None:
        pass

    def _write(self, **changes: object) -> None:
        self._control.update(changes)
        part = self._folder / "printer.json.part"
        part.write_text(json.dumps(self._control), encoding="utf-8")
        part.replace(self._folder / "printer.json")
