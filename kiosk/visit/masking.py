"""How personal values are shown: never whole on a screen that others can see.

The forms are those of the applicants' fields in the pack: 张*三,
310***********1234, 138****5678, an address to its street.
"""

import re

_STREET = re.compile(
    r"^(?P<shown>.*?(?:街道|镇|乡|路|街|大道|里|巷|弄|村|社区))(?P<hidden>.+)$", re.DOTALL
)
_AREA = re.compile(r"^(?P<shown>.*?(?:区|县|市|州|盟|旗|省))(?P<hidden>.+)$", re.DOTALL)


def mask_name(name: str) -> str:
    """Show the first and the last character: 张*三; of two characters the first: 张*.

    A Latin name keeps the first letter of each word.
    """
    plain = name.strip()
    if plain.isascii() and len(plain) > 1:
        return " ".join(word[0] + "*" * (len(word) - 1) for word in plain.split())
    if len(plain) <= 1:
        return "*" * len(plain)
    if len(plain) == 2:
        return plain[0] + "*"
    return plain[0] + "*" * (len(plain) - 2) + plain[-1]


def mask_number(number: str) -> str:
    """Show three characters in front and four at the end; short numbers lose more."""
    plain = number.strip()
    if len(plain) < 8:
        return "*" * max(0, len(plain) - 2) + plain[-2:] if len(plain) > 2 else "*" * len(plain)
    return plain[:3] + "*" * (len(plain) - 7) + plain[-4:]


def mask_mobile(mobile: str) -> str:
    """Show 138****5678; anything that is no mobile number is masked like a number."""
    plain = mobile.strip()
    if len(plain) == 11 and plain.isdigit():
        return f"{plain[:3]}****{plain[-4:]}"
    return mask_number(plain)


def mask_address(address: str) -> str:
    """Show an address to its street; what stands behind is replaced by stars."""
    plain = address.strip()
    found = _STREET.match(plain) or _AREA.match(plain)
    if found is None:
        return plain[:3] + "***" if len(plain) > 3 else "***"
    return found["shown"] + "***"
