"""Which minutes of a window or clerk look made up: pure functions over counts by minute, with limits that are data."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.metrics.rates.domain import Level
from shared.errors import Invalid

TABLE = Path(__file__).with_name("findings.json")


class BurstRule(BaseModel):
    """A burst: at least `minimum` ratings of these levels in a minute, and `times` the usual number of a minute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    text: str
    levels: tuple[Level, ...]
    times: int = Field(ge=2)
    minimum: int = Field(ge=2)


class SameRule(BaseModel):
    """At least `minimum` ratings in a minute that are the same in level and channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    text: str
    minimum: int = Field(ge=2)


class FindingRules(BaseModel):
    """The limits: those of the file, or with what a place has otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    burst: BurstRule
    same_minute: SameRule


class Giver(NamedTuple):
    """A window or a clerk of a unit: `by` says which, `key` its code."""

    unit_code: str
    by: str
    key: str


class Minute(NamedTuple):
    """How many ratings of one level and channel a window or clerk got in a minute (`2023-06-20 01:00`, UTC)."""

    giver: Giver
    minute: str
    level: int
    channel: str
    number: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A minute that looks made up.

    Attributes:
        rule: `burst` or `same_minute`.
        number: Ratings in that minute that the rule counts.
        usual: What a minute of this window or clerk usually has, as a fraction; None where the rule does not ask.
        level, channel: What is the same; None for a burst.
    """

    rule: str
    giver: Giver
    minute: str
    number: int
    usual: tuple[int, int] | None = None
    level: int | None = None
    channel: str | None = None


@cache
def finding_rules() -> FindingRules:
    """Read the limits."""
    return FindingRules.model_validate(json.loads(TABLE.read_text("utf-8")))


# What a place may have otherwise; titles and texts are those of the file.
CHOICES: Mapping[str, frozenset[str]] = {
    "burst": frozenset({"levels", "times", "minimum"}),
    "same_minute": frozenset({"minimum"}),
}


def changed(
    rules: FindingRules, changes: Mapping[str, Mapping[str, object]], *, version: int
) -> FindingRules:
    """Give `rules` with the limits of a place.

    Raises:
        Invalid: There is no such limit, or it can't be.
    """
    for rule, own in changes.items():
        if foreign := sorted(set(own) - CHOICES.get(rule, frozenset())):
            can = "；".join(f"{name}：{'、'.join(sorted(choices))}" for name, choices in CHOICES.items())
            message = f"不能设定 {rule}.{foreign[0]}，可设定 {can}"
            raise Invalid(message, code="findings.choice", field=f"{rule}.{foreign[0]}")
    whole = rules.model_dump()
    merged = whole | {rule: whole.get(rule, {}) | dict(own) for rule, own in changes.items()}
    try:
        return FindingRules.model_validate(merged | {"version": version})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"{field} 的值 {str(first['input'])[:60]} 不可用：{first['msg']}，请改正"
        raise Invalid(message, code="findings.choice", field=field) from error


def findings(minutes: Iterable[Minute], rules: FindingRules) -> list[Finding]:
    """Find what looks made up, the largest first."""
    known = list(minutes)
    found = [*_bursts(known, rules.burst), *_same(known, rules.same_minute)]
    return sorted(found, key=lambda one: (-one.number, one.minute, one.giver, one.rule, one.level or 0))


def _bursts(minutes: Iterable[Minute], rule: BurstRule) -> Iterator[Finding]:
    """Compare each minute with the average of the others that had any: no window is suspected for being busy."""
    by_giver: dict[Giver, dict[str, int]] = {}
    for one in minutes:
        if one.level in rule.levels:
            own = by_giver.setdefault(one.giver, {})
            own[one.minute] = own.get(one.minute, 0) + one.number
    for giver, own in by_giver.items():
        whole = sum(own.values())
        for minute, number in own.items():
            others, rest = len(own) - 1, whole - number
            usual = (rest, others) if others else (1, 1)  # With nothing to compare, one in a minute is usual.
            if number >= rule.minimum and number * usual[1] >= rule.times * usual[0]:
                yield Finding("burst", giver, minute, number, usual)


def _same(minutes: Iterable[Minute], rule: SameRule) -> Iterator[Finding]:
    for one in minutes:
        if one.number >= rule.minimum:
            yield Finding(
                "same_minute", one.giver, one.minute, one.number, level=one.level, channel=one.channel
            )
