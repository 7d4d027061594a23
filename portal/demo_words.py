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

TASKS: Final = {
    "SH-DEMO-S1-01": "居住证签注",
    "SH-DEMO-S2-01": "参保人员城镇职工基本养老保险缴费情况打印",
    "SH-DEMO-S3-01": "上海市敬老卡申领（含老年综合津贴）",
    "SH-DEMO-S4-01": "个体工商户设立登记",
    "SH-DEMO-S5-01": "出生“一件事”",
    "SH-DEMO-S6-01": "基本医疗保险跨省异地就医备案",
    "SH-DEMO-S7-01": "就医记录册更换补发",
    "SH-DEMO-S8-01": "居住证补领",
    "SH-DEMO-S9-01": "无犯罪记录证明",
}
"""Task code -> name of the item."""

RESULTS: Final = {
    "SH-DEMO-S1-01": "居住证签注结果单",
    "SH-DEMO-S2-01": "个人权益记录单",
    "SH-DEMO-S3-01": "敬老卡",
    "SH-DEMO-S4-01": "营业执照",
    "SH-DEMO-S5-01": "出生“一件事”办理结果",
    "SH-DEMO-S6-01": "备案结果单",
    "SH-DEMO-S7-01": "就医记录册",
    "SH-DEMO-S8-01": "居住证",
    "SH-DEMO-S9-01": "无犯罪记录证明",
}
"""Task code -> name of what the resident gets."""

BUNDLES: Final = {
    "SH-DEMO-S5-01": ("出生医学证明", "户口登记", "医保参保", "社会保障卡", "生育津贴"),
}
"""Task code of a bundle -> its parts."""

PROCESS: Final = {
    "received": ("收件", "材料送达", "材料已送到受理平台，尚未受理。"),
    "accepted": ("受理", "受理", "已受理，正在办理。"),
    "correction": ("受理", "补正", "材料还差一些，请补上。"),
    "not_accepted": ("受理", "不予受理", "这次不能受理。"),
    "concluded": ("办结", "办结", "已办好。"),
    "withdrawn": ("撤回", "撤回", "已撤回。"),
}
"""Stage -> process_name, event_name, handle_explain."""
