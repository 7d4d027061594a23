"""Every screen in every interesting state, with invented people (演示数据)."""

from dataclasses import replace

from kiosk.visit.pages import (
    CardStage,
    CheckModel,
    CheckRow,
    DetailPart,
    DoneModel,
    ElsewhereModel,
    ExpiredModel,
    FaultModel,
    Finding,
    GuideModel,
    HomeModel,
    IdentifyModel,
    ItemTile,
    MaterialRow,
    MaterialsModel,
    MaterialWay,
    NoticeModel,
    Option,
    PaperStage,
    PrecheckModel,
    QuestionKind,
    QuestionModel,
    ScanModel,
    ScanStage,
    SignModel,
    SubmitModel,
)
from kiosk.visit.screens import Model, Overlay, Progress, Screen, View

ITEM = "居住证签注"
NAME = "张*三"
NUMBER = "310***********1234"
MOBILE = "138****5678"
COLLECTION_NO = "310115A1B2261121000423"
PROJECT_NO = "310104202611210000123"

PLACES = (
    ("漕河泾社区事务受理服务中心", "徐汇区演示路 100 号，周一到周六"),
    ("田林社区事务受理服务中心", "徐汇区演示路 200 号，周一到周五"),
)
ROWS = (
    MaterialRow("居民身份证", "核对是您本人在办。", MaterialWay.EXEMPT, by="card_chip"),
    MaterialRow(
        "居住证",
        "确认您要签注的是哪一张证。",
        MaterialWay.EXEMPT,
        by="e_licence",
        certificate="居住证",
    ),
    MaterialRow(
        "房屋租赁合同备案或居住登记凭证",
        "地址变了，需要证明您住在新地址。",
        MaterialWay.SCAN,
        pages_min=1,
        pages_max=4,
        supplement_days=10,
    ),
)
PROMISED = (*ROWS[:2], replace(ROWS[2], way=MaterialWay.PROMISE, pages_min=0, pages_max=0))
PROMISE = (
    "我承诺现居住地址与上次签注一致。如与事实不符，签注可能被撤销，并计入信用记录。",
    "我已经看过一次性告知的全部内容。我提供的信息和材料真实、完整。",
)

_TILES = (
    ItemTile("S1", ITEM, "只要身份证", "city", ready=True, promise_days=0),
    ItemTile("S2", "养老保险缴费打印", "当场打印", "yrd", ready=False, promise_days=0),
    ItemTile("S3", "敬老卡申领", "寄到家", "city", ready=False, promise_days=15),
    ItemTile("S4", "个体工商户开业", "可以分几次填", "city", ready=False, promise_days=2),
    ItemTile("S5", "出生一件事", "五样一起办", "city", ready=False, promise_days=20),
    ItemTile("S6", "异地就医备案", "只要身份证", "national", ready=True, promise_days=0),
    ItemTile("S7", "就医记录册换补", "当场领取", "city", ready=False, promise_days=0),
    ItemTile("S8", "居住证补领", "寄到家", "city", ready=False, promise_days=15),
    ItemTile("S9", "无犯罪记录证明", "办好后来取", "city", ready=True, promise_days=7),
)
_NOTICE = NoticeModel(
    item_name=ITEM,
    ready=True,
    conditions=("持有上海市居住证", "已办理居住登记"),
    materials=ROWS,
    fee_fen=0,
    promise_days=0,
    legal_days=5,
    result_name="居住证签注结果单",
    offline_policy="collect",
    online=True,
    flow=("核对身份", "确认地址", "签名提交", "打印凭条"),
)
_CHECK = CheckModel(
    ITEM,
    (
        CheckRow("姓名", NAME, "", badge="card_chip"),
        CheckRow("证件号码", NUMBER, "", badge="card_chip"),
        CheckRow(
            "现居住地址", "徐汇区漕河泾街道演示路 12 弄 3 号 501 室", "live_address", changed=True
        ),
        CheckRow("居住事由", "就业", "live_reason", badge="last_case"),
        CheckRow("手机号码", MOBILE, "contact_mobile"),
        CheckRow("房屋租赁合同备案或居住登记凭证", "2 页", "scan"),
    ),
)
_DONE = DoneModel(
    "received",
    ITEM,
    COLLECTION_NO,
    NAME,
    PaperStage.PRINTED,
    masked_mobile=MOBILE,
    took_originals=True,
    can_rate=True,
)
_SCAN = ScanModel(
    ScanStage.LIVE,
    ROWS[2].name,
    pages_max=4,
    preview=1,
    corners=(0.2, 0.1, 0.8, 0.1, 0.82, 0.9, 0.18, 0.9),
)
_DISTRICTS = tuple(
    Option(f"3101{number:02}", name)
    for number, name in enumerate(
        (
            "黄浦区",
            "徐汇区",
            "长宁区",
            "静安区",
            "普陀区",
            "虹口区",
            "杨浦区",
            "闵行区",
            "宝山区",
            "嘉定区",
        ),
        1,
    )
)
_CHOICE = QuestionModel(
    "live_reason",
    QuestionKind.CHOICE,
    "您为什么住在这里？",
    "签注要记录居住事由。",
    options=(
        Option("work", "就业"),
        Option("study", "就读"),
        Option("family", "投靠", hint="和家里人一起住"),
        Option("other", "其他"),
    ),
)
_TEL = QuestionModel(
    "contact_mobile",
    QuestionKind.TEL,
    "您的手机号码",
    "用来接收办理进度短信，不填也能凭回执查询。",
    optional=True,
    error="手机号码应是11位数字，请再看一遍。",
)
_DETAIL = QuestionModel(
    "live_address",
    QuestionKind.DETAIL,
    "门牌号码是多少？",
    "签注要写明现在住在哪里。",
    level="detail",
    path=("徐汇区", "漕河泾街道", "演示居委会", "演示路"),
    parts=(
        DetailPart("lane", "12", optional=True),
        DetailPart("number", "3", optional=False),
        DetailPart("room", "", optional=True),
    ),
    active_part="room",
)


def _page(screen: Screen, model: Model, step: int = 0, **more: object) -> View:
    identified = step >= 2 and screen is not Screen.DONE
    view = View(
        screen,
        model,
        Progress(step, 7 if step else 0),
        can_cancel=identified,
        can_go_back=screen in _WITH_BACK,
        site="徐汇区漕河泾社区",
        simulated=True,
    )
    return replace(view, **more)  # type: ignore[arg-type] # checked by the dataclass at run time


_WITH_BACK = frozenset(
    {
        Screen.GUIDE,
        Screen.NOTICE,
        Screen.ELSEWHERE,
        Screen.QUESTION,
        Screen.SCAN,
        Screen.CHECK,
        Screen.SIGN,
    }
)


def _before() -> dict[str, View]:
    guide = GuideModel(
        ITEM,
        "kind",
        "您要办哪一种？",
        (
            Option("renew", "签注（续期）"),
            Option("lost", "居住证丢了要补"),
            Option("change", "改居住证上的信息", hint="比如换了工作单位"),
        ),
    )
    yes_no = GuideModel(
        ITEM,
        "unchanged",
        "居住地址有没有变化？",
        (Option("yes", "没有变化"), Option("no", "有变化")),
        why="地址没变就不用再填地址，也不用租赁材料。",
    )
    return {
        "attract": _page(Screen.ATTRACT, None),
        "attract_starting": _page(Screen.ATTRACT, None, ready=False),
        "home": _page(Screen.HOME, HomeModel(_TILES)),
        "home_offline": _page(Screen.HOME, HomeModel(_TILES), online=False),
        "guide": _page(Screen.GUIDE, guide, 1),
        "guide_yes_no": _page(Screen.GUIDE, yes_no, 1),
        "notice": _page(Screen.NOTICE, _NOTICE, 1),
        "notice_offline": _page(Screen.NOTICE, replace(_NOTICE, online=False), 1, online=False),
        "notice_printed": _page(Screen.NOTICE, replace(_NOTICE, printed=True), 1),
        "notice_not_printed": _page(Screen.NOTICE, replace(_NOTICE, print_failure="PAPER_OUT"), 1),
        "notice_not_ready": _page(Screen.NOTICE, replace(_NOTICE, ready=False, fee_fen=2000), 1),
        **{
            f"elsewhere_{reason}": _page(Screen.ELSEWHERE, ElsewhereModel(reason, ITEM, PLACES), 1)
            for reason in ("change", "not_ready", "store_full", "online_only")
        },
    }


def _identity() -> dict[str, View]:
    stages = {
        "preparing": IdentifyModel(CardStage.PREPARING),
        "waiting": IdentifyModel(CardStage.WAITING, simulated=True),
        "waiting_tip": IdentifyModel(CardStage.WAITING, tip=1),
        "waiting_long": IdentifyModel(CardStage.WAITING, tip=2),
        "reading": IdentifyModel(CardStage.READING),
        "read": IdentifyModel(CardStage.READ, masked_name=NAME, masked_number=NUMBER),
        "lifted": IdentifyModel(CardStage.TROUBLE, failure="CARD_LIFTED"),
        "wrong_type": IdentifyModel(CardStage.TROUBLE, failure="CARD_WRONG_TYPE"),
        "fault": IdentifyModel(CardStage.READER_FAULT, failure="DISCONNECTED"),
    }
    pages = {f"identify_{name}": _page(Screen.IDENTIFY, model, 2) for name, model in stages.items()}
    pages["expired"] = _page(Screen.EXPIRED, ExpiredModel("2025-03-01", PLACES), 2)
    return pages


def _form() -> dict[str, View]:
    models: dict[str, QuestionModel] = {
        "choice": _CHOICE,
        "chosen": replace(_CHOICE, value="work", badge="last_case", returning=True),
        "districts": replace(
            _CHOICE,
            label="现在住在哪个区？",
            level="district",
            options=_DISTRICTS,
            path=("上海市",),
        ),
        "tel": _TEL,
        "tel_typed": replace(_TEL, value="13800005678"),
        "tel_invalid": replace(_TEL, value="1380000", invalid=True),
        "detail": _DETAIL,
        "text": replace(
            _CHOICE,
            key="work_unit",
            kind=QuestionKind.TEXT,
            label="车牌号码",
            options=(),
            value="YS1234",
        ),
        "id_number": replace(
            _TEL,
            key="delegate_id_number",
            kind=QuestionKind.TEXT,
            label="代办人证件号码",
            value="31010519",
        ),
    }
    pages = {f"question_{name}": _page(Screen.QUESTION, model, 4) for name, model in models.items()}
    pages["materials_scan"] = _page(Screen.MATERIALS, MaterialsModel(ROWS, 2, to_scan=True), 3)
    pages["materials_promise"] = _page(
        Screen.MATERIALS, MaterialsModel(PROMISED, 2, to_scan=False), 3
    )
    return pages


def _scan() -> dict[str, View]:
    models = {
        "preparing": ScanModel(ScanStage.PREPARING, ROWS[2].name),
        "live": _SCAN,
        "live_needed": replace(_SCAN, can_defer=False),
        "live_cut": replace(_SCAN, hint="PAGE_CUT", corners=()),
        "live_ready": replace(_SCAN, hint="ready", kept=1, page=2, can_finish=True),
        "capturing": replace(_SCAN, stage=ScanStage.CAPTURING, hint="hold"),
        "review_good": replace(_SCAN, stage=ScanStage.REVIEW, verdict="good"),
        "review_warn": replace(
            _SCAN, stage=ScanStage.REVIEW, verdict="warn", reasons=("PAGE_DARK", "PAGE_BLURRED")
        ),
        "review_reject": replace(
            _SCAN, stage=ScanStage.REVIEW, verdict="reject", reasons=("PAGE_BLANK",)
        ),
        "fault": replace(_SCAN, stage=ScanStage.CAMERA_FAULT, failure="FRAME_STALLED", preview=0),
    }
    return {f"scan_{name}": _page(Screen.SCAN, model, 5) for name, model in models.items()}


def _checking() -> dict[str, View]:
    findings = (
        Finding("missing", "live_reason", "居住事由"),
        Finding("invalid", "contact_mobile", "手机号码"),
        Finding("pages_missing", "scan", "房屋租赁合同备案或居住登记凭证"),
        Finding("promise_missing", "sign", "地址未变承诺"),
    )
    sign = SignModel(ITEM, PROMISE, read_to_end=False, strokes=0, can_submit=False)
    return {
        "precheck": _page(Screen.PRECHECK, PrecheckModel(findings), 6),
        "precheck_clean": _page(Screen.PRECHECK, PrecheckModel(()), 6),
        "check": _page(Screen.CHECK, _CHECK, 6),
        "sign": _page(Screen.SIGN, sign, 6),
        "sign_signed": _page(
            Screen.SIGN, replace(sign, read_to_end=True, strokes=2, can_submit=True), 6
        ),
        "sign_plain": _page(Screen.SIGN, replace(sign, promise=(), read_to_end=True), 6),
        "submit_sealing": _page(Screen.SUBMIT, SubmitModel(sealed=False, seconds_left=15), 6),
        "submit_sealed": _page(Screen.SUBMIT, SubmitModel(sealed=True, seconds_left=12), 6),
        "submit_offline": _page(
            Screen.SUBMIT, SubmitModel(sealed=True, seconds_left=12), 6, online=False
        ),
    }


def _done() -> dict[str, View]:
    accepted = replace(_DONE, stage="accepted", number=PROJECT_NO)
    reasons = ("租赁合同少一页签字页", "居住登记凭证看不清")
    models = {
        "collected": replace(
            _DONE, stage="collected", paper=PaperStage.PRINTING, can_rate=False, supplement_days=10
        ),
        "received": _DONE,
        "accepted": replace(accepted, rating=5),
        "concluded": replace(accepted, stage="concluded", paper=PaperStage.SENT),
        "correction": replace(accepted, stage="correction", reasons=reasons),
        "not_accepted": replace(
            accepted, stage="not_accepted", reasons=reasons[:1], masked_mobile=""
        ),
        "paper_doubt": replace(_DONE, paper=PaperStage.DOUBT, paper_failure="OUTCOME_UNKNOWN"),
        "paper_out": replace(_DONE, paper=PaperStage.NOT_PRINTED, paper_failure="PAPER_OUT"),
    }
    return {f"done_{name}": _page(Screen.DONE, model, 7) for name, model in models.items()}


def _ends_and_overlays() -> dict[str, View]:
    choice = _page(Screen.QUESTION, _CHOICE, 4)
    home = _page(Screen.HOME, HomeModel(_TILES))
    return {
        "fault": _page(Screen.FAULT, FaultModel("STORE_FULL"), 6),
        "fault_kept": _page(
            Screen.FAULT, FaultModel("HUNG", "camera", kept=True, can_retry=True), 5
        ),
        "fault_program": _page(
            Screen.FAULT, FaultModel("PROGRAM_FAULT", can_retry=True), can_cancel=False
        ),
        "cleared": _page(Screen.CLEARED, None),
        "overlay_idle": replace(choice, overlay=Overlay.IDLE, overlay_seconds=45),
        "overlay_cancel": replace(choice, overlay=Overlay.CANCEL),
        "overlay_help": replace(choice, overlay=Overlay.HELP),
        "overlay_help_home": replace(home, overlay=Overlay.HELP),
    }


def gallery() -> dict[str, View]:
    """Give the states by name; the name is also the screenshot's."""
    return {
        **_before(),
        **_identity(),
        **_form(),
        **_scan(),
        **_checking(),
        **_done(),
        **_ends_and_overlays(),
    }
