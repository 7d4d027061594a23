"""What a key of a pad does to the typed text.

Pure rules: a pad remembers nothing between two keys, so there is nothing to clear
after a visit, and nothing is ever learnt or written.
"""

from string import ascii_uppercase, digits

ERASE = "erase"
CLEAR = "clear"
SPACE = "space"

DIGIT_KEYS = (*"123456789", CLEAR, "0", ERASE)
ID_KEYS = (*"123456789", "X", "0", ERASE)
LETTER_ROWS = ("1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM")

_CHARACTERS = frozenset(digits + ascii_uppercase)


def after(text: str, key: str, limit: int) -> str:
    """Give the text after one key.

    Args:
        text: typed so far.
        key: one character of a pad, or `erase`, `clear`, `space`.
        limit: the text never grows beyond so many characters.

    An unknown key changes nothing; a space is never the first character nor doubled.
    """
    if key == ERASE:
        return text[:-1]
    if key == CLEAR:
        return ""
    if len(text) >= limit:
        return text
    if key == SPACE:
        return text + " " if text and not text.endswith(" ") else text
    return text + key if key in _CHARACTERS else text


def after_id(text: str, key: str) -> str:
    """Give an ID number after one key: X only as the 18th character."""
    if key == "X" and len(text) != 17:
        return text
    return after(text, key, limit=18)
