"""What the vault keeps of a subject, whose it is, and which wishes to look are in order.

Invariant: pieces of one person share one data key, wherever they come from the same source with the same certificate
or telephone number; destroying that key makes all of them unreadable.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from shared.errors import Invalid

PERSON_BYTES = 16  # Of the keyed hash: 128 bits tell people apart.


class Kind(StrEnum):
    """What a piece is."""

    NAME = "name"
    PHONE = "phone"
    CERTIFICATE = "certificate"
    TEXT = "text"
    ADDRESS = "address"


KIND_WORDS: dict[Kind, str] = {
    Kind.NAME: "姓名",
    Kind.PHONE: "电话",
    Kind.CERTIFICATE: "证件号",
    Kind.TEXT: "文字内容",
    Kind.ADDRESS: "地址",
}


@dataclass(frozen=True, slots=True)
class Private:
    """What a source says of a person; an empty string is nothing. Its `repr` shows none of it.

    Attributes:
        source: Id of the source: the same number at another source is another person.
    """

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    source: str = ""

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return bool(self.pieces())

    def pieces(self) -> list[tuple[Kind, str]]:
        """Give what is there."""
        said = (
            (Kind.NAME, self.name),
            (Kind.PHONE, self.phone),
            (Kind.CERTIFICATE, self.certificate),
            (Kind.TEXT, self.text),
            (Kind.ADDRESS, self.address),
        )
        return [(kind, value) for kind, value in said if value]


def person_of(secret: bytes, subject_id: str, private: Private) -> bytes:
    """Name the person by a keyed hash of source and certificate, or telephone number, or else of the subject alone."""
    for mark, value in (("certificate", private.certificate), ("phone", private.phone)):
        if told := "".join(value.split()).upper():
            return _hash(secret, mark, private.source, told)
    return _hash(secret, "subject", subject_id)


# Of a number that tells people apart; what is shorter, masked or one digit over and over would make many people one.
_SHORTEST_NUMBER = 7
_MASKED = re.compile(r"[*＊×]|XXX")
_CHINA = re.compile(r"(?:\+|00)86(?=1[0-9]{10}$)|^86(?=1[0-9]{10}$)")


def caller_of(secret: bytes, source: str, number: str) -> str:
    """Name a caller by a keyed hash of source and telephone number (or certificate); empty for a number that is none.

    It is another name than `person_of` gives, so that events lead nobody to the rows of the vault.
    """
    told = _CHINA.sub("", re.sub(r"[\s()（）-]", "", number)).upper()
    if len(told) < _SHORTEST_NUMBER or len(set(told)) == 1 or _MASKED.search(told):
        return ""
    return _hash(secret, "caller", source, told).hex()


def _hash(secret: bytes, *said: str) -> bytes:
    return hmac.digest(secret, "\x1f".join(said).encode(), hashlib.sha256)[:PERSON_BYTES]


def wanted_kinds(asked: Iterable[str]) -> list[Kind]:
    """Give the kinds that somebody wants to see, each once.

    Raises:
        Invalid: There is none, or one is not known.
    """
    names = list(dict.fromkeys(asked))
    known = "、".join(f"{kind}（{words}）" for kind, words in KIND_WORDS.items())
    if not names:
        raise Invalid(f"请在 kinds 中指明要看什么，可选：{known}", code="kinds.missing", field="kinds")
    for name in names:
        if name not in set(Kind):
            raise Invalid(f"没有 {name[:20]} 这一类，可选：{known}", code="kind.unknown", field="kinds")
    return [Kind(name) for name in names]


def stated_reason(reason: str) -> str:
    """Give the reason for a look or a destruction, which the log keeps.

    Raises:
        Invalid: There is none.
    """
    told = reason.strip()
    if len(told) < 2:
        message = "请填写 reason：为什么要查看或销毁（至少2个字），将记入审计日志"
        raise Invalid(message, code="reason.missing", field="reason")
    return told
