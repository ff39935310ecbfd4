"""Characters: one shape for brackets, digits and punctuation, with every character staying in its place."""

import re
from collections.abc import Iterable

_OPENING = "(（〔[［【〖「﹙"
_CLOSING = ")）〕]］】〗」﹚"
_PAIRS = {
    **dict.fromkeys(map(ord, _OPENING), "（"),
    **dict.fromkeys(map(ord, _CLOSING), "）"),
    **{ord("０") + n: str(n) for n in range(10)},
    **{ord("Ａ") + n: chr(ord("A") + n) for n in range(26)},
    **{ord("ａ") + n: chr(ord("a") + n) for n in range(26)},
    **{
        ord(a): b
        for a, b in zip(":,;．％＋－–—―～〜\u00a0\t\u3000\u2002\u2003", "：，；.%+----~~     ", strict=True)
    },
}
_NOISE = re.compile(r"\*\*|__|[\u200b-\u200f\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")
_BULLET = re.compile(r"^\s*(?:#{1,6}\s+|[-*•●■◆>]\s+)+")
_ESCAPED = re.compile(r"\\([.\\()\[\]*_#+-])")
_SPACES = re.compile(r"\s+")
_CHINESE_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}

CHINESE_NUMBER = "[一二三四五六七八九十百零〇]{1,5}"


def clean(line: str) -> str:
    """Drop bold marks, list bullets, heading marks and invisible characters; keep everything else as printed."""
    return _ESCAPED.sub(r"\1", _BULLET.sub("", _NOISE.sub("", line)))


def shadow(text: str) -> str:
    """Give the text in one shape (full-width brackets, half-width digits); offsets are those of the text."""
    return text.translate(_PAIRS)


def squeeze(text: str) -> str:
    """Drop all white space."""
    return _SPACES.sub("", text)


def chinese_number(text: str) -> int:
    """Read 十二 or 二十三 or 一百零五 as an integer; digit rows (二〇二三) are read digit by digit.

    Raises:
        ValueError: the text is no Chinese number.
    """
    if not text or any(c not in _CHINESE_DIGITS and c not in "十百" for c in text):
        raise ValueError(text)
    if not any(c in "十百" for c in text):
        return int("".join(str(_CHINESE_DIGITS[c]) for c in text))
    total = digit = 0
    for c in text:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _CHINESE_DIGITS[c]
    return total + digit


def bracket_pairs(text: str) -> dict[int, int]:
    """Map each opening bracket of a shadow text to its closing one; unbalanced ones are left out."""
    pairs: dict[int, int] = {}
    open_at: list[int] = []
    for at, c in enumerate(text):
        if c == "（":
            open_at.append(at)
        elif c == "）" and open_at:
            pairs[open_at.pop()] = at
    return pairs


def words(text: str) -> tuple[str, ...]:
    """Make a table of the words of a text that are set apart by white space."""
    return tuple(text.split())


def is_open(text: str) -> bool:
    """Say whether a quotation or bracket is begun in the text and not ended."""
    return any(text.count(a) > text.count(b) for a, b in ("“”", "‘’", "（）", "《》"))


def alternatives(words: Iterable[str]) -> str:
    """Build a regular expression of the words, longest first, each with spaces and line ends allowed inside."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    return "(?:" + "|".join("[ \n]*".join(map(re.escape, word)) for word in ordered) + ")"
