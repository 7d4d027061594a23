"""Invented residents, drawn from a seed; nobody of them exists (演示数据)."""

import random
from dataclasses import dataclass
from datetime import date

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
_GIVEN = "明华丽静伟芳敏强洁婷磊涛勇军杰娟艳秀英宁佳琪雨晨欣怡子轩梓涵"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PLACES = (
    ("320102", "江苏省南京市玄武区演示路"),
    ("330106", "浙江省杭州市西湖区演示巷"),
    ("340104", "安徽省合肥市蜀山区演示街"),
    ("410105", "河南省郑州市金水区演示路"),
    ("510104", "四川省成都市锦江区演示街"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented resident with what a card would tell.

    Attributes:
        number: 18 characters with a right check character (GB 11643).
        valid_to: None = 长期.
    """

    name: str
    number: str
    sex: str
    birth: date
    address: str
    issuer: str
    valid_from: date
    valid_to: date | None
    mobile: str


def check_character(first17: str) -> str:
    """The 18th character of a citizen number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def draw(seed: int, today: date) -> Person:
    """Draw one person; the same seed gives the same person."""
    chance = random.Random(seed)  # noqa: S311 - invented people need no secrecy
    region, street = chance.choice(_PLACES)
    born = date(chance.randint(1940, 2000), chance.randint(1, 12), chance.randint(1, 28))
    order = chance.randint(1, 999)
    first17 = f"{region}{born:%Y%m%d}{order:03d}"
    name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2, 2))))
    start = date(today.year - chance.randint(1, 8), chance.randint(1, 12), chance.randint(1, 28))
    return Person(
        name=name,
        number=first17 + check_character(first17),
        sex="1" if order % 2 else "2",
        birth=born,
        address=f"{street}{chance.randint(1, 999)}号{chance.randint(1, 30)}室",
        issuer=f"{street[3:6]}公安局（演示）",
        valid_from=start,
        valid_to=start.replace(year=start.year + 20),
        mobile=f"1{chance.choice('3578')}{chance.randint(0, 999_999_999):09d}",
    )
