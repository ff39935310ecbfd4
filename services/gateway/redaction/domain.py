"""`redact`: words that may be shown to everybody, and what had to go for that.

Rules, in this order: what is known of the subject, numbers, places, names. Each writes a mark in full-width brackets or
某 in place of what it finds, which no rule finds again: redacting twice changes nothing. Names of units, offices,
items, towns and roads stay; so do names of companies. A person still reads the result before it is published.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.gateway.redaction.domain_known import known_rules
from services.gateway.redaction.domain_marks import MARKS, Found, Rule, apply
from services.gateway.redaction.domain_names import NAME_RULES
from services.gateway.redaction.domain_numbers import NUMBER_RULES
from services.gateway.redaction.domain_places import PLACE_RULES

_ONE = re.compile(rf"{MARKS[Found.ADDRESS]}(?:[，, \-]?{MARKS[Found.ADDRESS]})+")  # The parts of one address.
RULES: tuple[Rule, ...] = (*NUMBER_RULES, *PLACE_RULES, *NAME_RULES)


@dataclass(frozen=True, slots=True)
class Redacted:
    """Words without what names anybody.

    Attributes:
        found: How often each kind was taken out.
    """

    text: str
    found: Mapping[Found, int] = field(default_factory=dict)


def redact(text: str, known: Iterable[str] = ()) -> Redacted:
    """Take out of `text` what names anybody; `known` are names, numbers and addresses of the subject's own."""
    found, names = Counter[Found](), set[str]()
    for rule in (*known_rules(known), *RULES):
        text = apply(rule, text, found, names)
    for rule in known_rules(
        names
    ):  # Told once with a word that announces it, a name often comes again without.
        text = apply(rule, text, found, set())
    return Redacted(_ONE.sub(MARKS[Found.ADDRESS], text), dict(found))
