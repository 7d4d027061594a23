"""演示数据: the words that a city's own systems would answer, played by the reference portal."""

from typing import Final

CARRIER: Final = "演示快递"
PARCEL_EVENTS: Final = (
    (0, "已交寄（演示数据）"),
    (60, "运输中（演示数据）"),
    (120, "已签收（演示数据）"),
)
"""Seconds after the waybill, and what happened."""

PARCEL_LOST: Final = "包裹丢失，已登记补寄（演示数据）"
COUNTER_EVENT: Final = "请凭取件码领取（演示数据）"
