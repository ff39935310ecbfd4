"""What a place sets for its orders: limits by kind, lists of reasons, thresholds of proposals; versioned data.

None of these numbers stands in a national rule (国办函〔2025〕66号 asks places to set limits sensibly by class): 2 and
5 工作日, an extension of at most 10 and a return within 2 are those of 山东省管理办法 (2020) and of cities like it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.tasks.ledger.domain_limits import Limit, OwnLimit, Span
from services.tasks.orders.domain import KIND_WORDS, SEPARATOR
from shared.errors import Invalid

Workdays = Annotated[int, Field(ge=1, le=250)]
Count = Annotated[int, Field(ge=1, le=10_000)]
Code = Annotated[str, Field(min_length=1, max_length=32)]
Words = Annotated[dict[Code, Annotated[str, Field(min_length=1, max_length=100)]], Field(min_length=1)]
Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=500)]


class Rules(BaseModel):
    """The rules of one version.

    Attributes:
        answer_workdays: Limit of the answer from the dispatch, in 工作日 by kind of order; an urgent one has
            `urgent_hours` natural hours instead.
        contact_workdays, return_workdays: Limits of the first contact and of a return 退单, from the dispatch.
        extension_workdays, extensions: By how much the answer may be extended in all, and how often.
        hops: After so many units an order is dispatched as 疑难工单 alone.
        unit_code_first: The unit that the platform names goes before the directory.
        platform_day_limits: The day that the platform states ends the limit, where it is the earlier.
        enterprise_unit: 营商办, which cooperates on every 涉企工单.
        organisation_unit: 组织部, which names the 行业主管 of a 疑难工单.
        office_categories: Categories, joined by `/`, of complaints about an office itself; narrower ones are meant too.
        return_reasons, refusals, exclusions: Codes and words of the reasons for 退单, 不受理 and 剔除.
        bad_level: Levels from here down are bad ratings 差评. After `visit_attempts` a visit is given up.
        frequent_kinds, frequent_days, frequent_count, caller_count: So many orders of these kinds about the same in the
            same region, or from the same caller, within these days are proposed for the ledger.
        shirk_hops: A return at this hop or later is proposed as shirking 推诿.
        grass_roots_kinds, grass_roots_endings: By which a unit is known as one of the grass roots 镇街.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_workdays: dict[str, Workdays]
    urgent_hours: Annotated[int, Field(ge=1, le=720)]
    contact_workdays: Workdays
    return_workdays: Workdays
    extension_workdays: Workdays
    extensions: Annotated[int, Field(ge=0, le=10)]
    hops: Count
    unit_code_first: bool
    platform_day_limits: bool
    enterprise_unit: str | None = None
    organisation_unit: str | None = None
    office_categories: Names
    return_reasons: Words
    refusals: Words
    exclusions: Words
    bad_level: Annotated[int, Field(ge=1, le=4)]
    visit_attempts: Count
    frequent_kinds: Names
    frequent_days: Annotated[int, Field(ge=1, le=366)]
    frequent_count: Annotated[int, Field(ge=2, le=10_000)]
    caller_count: Annotated[int, Field(ge=2, le=10_000)]
    shirk_hops: Count
    grass_roots_kinds: Names
    grass_roots_endings: Names

    def answer_limit(self, kind: str, latest: datetime | None, *, urgent: bool) -> OwnLimit:
        """Give the limit of an answer; `latest` is the end of the day that the platform states."""
        limit = (
            Limit(self.urgent_hours, Span.HOURS)
            if urgent
            else Limit(self.answer_workdays[kind], Span.WORKDAYS)
        )
        return OwnLimit(
            limit=limit,
            latest=latest if self.platform_day_limits else None,
            extension_workdays=self.extension_workdays,
            extensions=self.extensions,
        )

    @property
    def contact_limit(self) -> OwnLimit:
        """The limit of the first contact, which nothing extends."""
        return OwnLimit(limit=Limit(self.contact_workdays, Span.WORKDAYS), extensions=0)

    @property
    def return_limit(self) -> Limit:
        """The limit within which a unit may give an order back."""
        return Limit(self.return_workdays, Span.WORKDAYS)

    def is_bad(self, resolved: str | None, level: int | None) -> bool:
        """Tell whether what a caller said opens an order again."""
        return resolved == "no" or (level is not None and level <= self.bad_level)

    def is_about_office(self, category: str) -> bool:
        """Tell whether an order of a category complains about an office itself 处投诉."""
        return any(category == one or category.startswith(one + SEPARATOR) for one in self.office_categories)

    def is_grass_roots(self, kind: str, name: str) -> bool:
        """Tell whether a unit is a township, a street or below."""
        return kind in self.grass_roots_kinds or name.endswith(self.grass_roots_endings)


@cache
def shipped() -> Rules:
    """Give the rules that hold where nobody set any."""
    text = resources.files("services.tasks.orders").joinpath("rules.json").read_text("utf-8")
    return Rules.model_validate_json(text)


def read_rules(said: Mapping[str, object]) -> Rules:
    """Read rules as people set them; what they leave out is as shipped.

    Raises:
        Invalid: A value makes no sense; the message names its field.
    """
    whole = shipped().model_dump() | dict(said)
    if isinstance(limits := said.get("answer_workdays"), Mapping):
        whole["answer_workdays"] = shipped().answer_workdays | dict(limits)
    try:
        rules = Rules.model_validate(whole)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"工单规则的 {field} 无效（{first.get('input')}），请核对"
        raise Invalid(message, code="order_rules.invalid", field=field) from error
    for name, kinds in (("answer_workdays", rules.answer_workdays), ("frequent_kinds", rules.frequent_kinds)):
        if unknown := sorted(set(kinds) - set(KIND_WORDS)):
            known = "、".join(f"{word}（{code}）" for code, word in KIND_WORDS.items())
            message = f"工单规则的 {name} 有未知的工单类型 {unknown[0]}，可用：{known}"
            raise Invalid(message, code="order_rules.kind", field=name)
    return rules


def most_specific(regions: Iterable[str], region: str) -> str | None:
    """Give the longest of the prefixes that a region's code begins with; None where none does."""
    return max((one for one in regions if region.startswith(one)), key=len, default=None)
