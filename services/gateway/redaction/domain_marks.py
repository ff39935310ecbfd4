"""What a rule of redaction is, what it writes, and how it sees a text.

Invariant: rules look at a flattened text of the same length, in which full-width letters and digits are plain ones, so
that a finding's place there is its place in the text itself; what is not found stays as it was written.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple


class Found(StrEnum):
    """What was taken out."""

    NAME = "name"
    PHONE = "phone"
    CERTIFICATE = "certificate"
    CARD = "card"
    NUMBER = "number"
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    ADDRESS = "address"
    BIRTHDAY = "birthday"


FOUND_WORDS: dict[Found, str] = {
    Found.NAME: "姓名",
    Found.PHONE: "电话",
    Found.CERTIFICATE: "证件号",
    Found.CARD: "银行卡号",
    Found.NUMBER: "号码",
    Found.PLATE: "车牌",
    Found.EMAIL: "邮箱",
    Found.ACCOUNT: "账号",
    Found.ADDRESS: "地址",
    Found.BIRTHDAY: "出生日期",
}
MARKS: dict[Found, str] = {kind: f"［{words}］" for kind, words in FOUND_WORDS.items()}
SOMEBODY = "某某"  # In place of a name.


class Hit(NamedTuple):
    """A place in the text with what goes there instead; an empty place is none."""

    begin: int
    end: int
    kind: Found
    mark: str


Judge = Callable[[re.Match[str]], Hit | None]


class Rule(NamedTuple):
    """A pattern, who judges its matches, and whether Chinese numerals read as digits for it."""

    pattern: re.Pattern[str]
    judge: Judge
    numerals: bool = False


_NUMERALS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")


def plain(text: str) -> str:
    """Flatten a text: each letter that is written full-width, circled or raised becomes the plain one."""
    return "".join(map(_plain_letter, text))


def _plain_letter(letter: str) -> str:
    if letter < "\x80" or letter in "［］：，。；！？（）":
        return letter
    found = unicodedata.normalize("NFKC", letter)
    return found if len(found) == 1 else letter


def apply(rule: Rule, text: str, found: Counter[Found], names: set[str]) -> str:
    """Write the marks of a rule into a text, count them, and remember whole names."""
    seen = plain(text)
    if rule.numerals:
        seen = seen.translate(_NUMERALS)
    pieces, end = list[str](), 0
    for match in rule.pattern.finditer(seen):
        hit = rule.judge(match)
        if hit is None or hit.begin < end:
            continue
        pieces += [text[end : hit.begin], hit.mark]
        end = hit.end
        found[hit.kind] += 1
        if hit.kind is Found.NAME and hit.end - hit.begin >= 2:
            names.add(text[hit.begin : hit.end])
    return "".join([*pieces, text[end:]])


def whole(kind: Found, mark: str = "") -> Judge:
    """Judge that the group `it`, or else the whole match, is of a kind."""

    def judge(match: re.Match[str]) -> Hit:
        group: int | str = "it" if "it" in match.re.groupindex else 0
        return Hit(match.start(group), match.end(group), kind, mark or MARKS[kind])

    return judge
