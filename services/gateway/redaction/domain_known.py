"""Rules made of what is known of one subject: its names, numbers and addresses, wherever they stand."""

import re
from collections.abc import Iterable, Iterator

from services.gateway.redaction.domain_marks import SOMEBODY, Found, Rule, plain, whole

_NUMBER = re.compile(r"[0-9A-Za-z+()\- ]+")
_GAP = r"[\s\-·•.]{0,3}"  # What people put between the letters of a name or a number.


def known_rules(known: Iterable[str]) -> Iterator[Rule]:
    """Make a rule for each of what is known; the longest first, since one may be within another."""
    told = {plain("".join(value.split())) for value in known}
    for value in sorted(told, key=lambda one: (-len(one), one)):
        if _NUMBER.fullmatch(value):
            yield from _number(value)
        elif len(value) >= 2:
            kind, mark = (
                (Found.ADDRESS, "") if re.search(r"[0-9号路村镇室组]", value) else (Found.NAME, SOMEBODY)
            )
            yield Rule(_spaced(value), whole(kind, mark))


def _number(value: str) -> Iterator[Rule]:
    signs = re.sub(r"[^0-9A-Za-z]", "", value)
    if len(signs) >= 5:  # Fewer are as good as anybody's.
        kind = Found.PHONE if len(signs) <= 12 and signs.isdigit() else Found.CERTIFICATE
        yield Rule(_spaced(signs), whole(kind), numerals=True)


def _spaced(value: str) -> re.Pattern[str]:
    return re.compile(_GAP.join(re.escape(letter) for letter in value), re.IGNORECASE)
