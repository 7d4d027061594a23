"""The rules for words that residents read, on screens and on paper."""

import re

BANNED = ("系统", "异常", "错误", "非法", "失败", "故障")
"""Words that blame or frighten; never on a resident's page or paper."""

_TAKEN_IN = frozenset({"collected", "received"})
_ALLOWED = ("尚未受理", "受理平台", "受理时起", "受理后")
_PROMISED = ("受理成功", "已受理", "受理完成", "办理成功")


def banned(text: str) -> tuple[str, ...]:
    """The banned words that a text holds."""
    return tuple(word for word in BANNED if word in text)


def overclaims(text: str, stage: str) -> tuple[str, ...]:
    """What a text says too much at a stage; empty where the word rule is kept.

    While a case is only `collected` or `received`, 受理 stands in four fixed phrases
    only, and no phrase claims that it was taken on.
    """
    if stage not in _TAKEN_IN:
        return ()
    found = [phrase for phrase in _PROMISED if phrase in text]
    rest = text
    for phrase in _ALLOWED:
        rest = rest.replace(phrase, "")
    found += [match.group() for match in re.finditer(".{0,2}受理.{0,2}", rest)]
    return tuple(found)
