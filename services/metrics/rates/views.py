"""What answers on rates look like."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from services.metrics.feeds.domain import Standing
from services.metrics.rates.domain import Figure, Group, RateRule, RuleInForce
from services.metrics.rates.facts_orders import OrderFact
from services.metrics.rates.functions import RatingSort, RectificationSort, ServiceSort, function_of
from services.metrics.rates.repository_rectifications import Rectification
from services.metrics.rates.service import Answer, Asked, Row, Rows

REASONS = {
    "default": "系统默认评价",
    "additional": "追加评价",
    "not_standing": "经核实不成立（恶意差评、误评）",
    "unreasonable": "无法律依据，只需解释",
    "cancelled": "已撤销",
    "not_due": "未到期",
    "paused": "特别程序、补正暂停中",
    "undated": "没有承诺时限",
    "instant": "即办件",
    "promised": "承诺件",
    "anonymous": "非实名",
    "not_owed": "无需回访",
    "excluded": "已批准剔除",
    "recalled": "平台已撤单",
    "merged": "已并单",
    "refused": "不受理",
    "returned": "已退单",
    "no_answer": "回访未联系上或诉求人未表态",
}
LINKED = ("numerator", "denominator", "excluded")


class RuleView(BaseModel):
    """A rule, its version, and who set it when and why; empty and null for the shipped one."""

    rate: str
    title: str
    version: int
    text: str
    choices: dict[str, Any]
    rounding: str
    minimum: int
    set_by: str
    set_at: datetime | None
    why: str

    @classmethod
    def of(cls, in_force: RuleInForce) -> "RuleView":
        """Show a rule."""
        rule = in_force.rule
        chosen = rule.model_dump(mode="json", include=set(function_of(rule).choices))
        return cls(
            rate=rule.rate,
            title=rule.title,
            version=rule.version,
            text=rule.text,
            choices=chosen,
            rounding=rounding(rule),
            minimum=rule.minimum,
            set_by=in_force.set_by,
            set_at=in_force.set_at,
            why=in_force.why,
        )


class ExclusionView(BaseModel):
    """What is left out for one reason; `approved_by` says by whose word, where somebody had to say so."""

    reason: str
    title: str
    count: int
    approved_by: dict[str, int]


class FigureView(BaseModel):
    """A rate of one group; `value` is null when it may not be read, and `why` says so."""

    unit: str
    unit_name: str
    key: str
    value: float | None
    shown: str
    why: str
    numerator: int
    denominator: int
    exclusions: list[ExclusionView]
    rows: dict[str, str]


class AnswerView(BaseModel):
    """A rate by group, and over all of them."""

    rule: RuleView
    by: str
    unit: str | None
    first: date | None = Field(serialization_alias="from")
    last: date | None = Field(serialization_alias="to")
    as_of: datetime
    items: list[FigureView]
    total: FigureView

    @classmethod
    def of(cls, answer: Answer, asked: Asked) -> "AnswerView":
        """Show an answer."""
        question = answer.question
        figures = [_figure(group, one, answer, asked) for group, one in answer.figures.items()]
        return cls(
            rule=RuleView.of(answer.in_force),
            by=asked.by,
            unit=asked.unit,
            first=question.first,
            last=question.last,
            as_of=question.at,
            items=figures,
            total=_figure(None, answer.whole, answer, asked),
        )


class RowView(BaseModel):
    """A fact behind a figure; fields that its kind does not have are left out."""

    model_config = ConfigDict(extra="allow")

    kind: str
    reason: str
    reason_title: str


class RowsView(BaseModel):
    """A page of rows; ask again with `after` for the next one."""

    rule: RuleView
    part: str
    items: list[RowView]
    after: str | None

    @classmethod
    def of(cls, found: Rows, part: str, *, clerks: bool) -> "RowsView":
        """Show a page; clerks only where they may be seen."""
        items = [_row(one, clerks=clerks) for one in found.rows]
        return cls(rule=RuleView.of(found.in_force), part=part, items=items, after=found.after)


def rounding(rule: RateRule) -> str:
    """Say how a value is rounded."""
    if rule.rounding == "down":
        return f"保留{rule.decimals}位小数，其后截去"
    return f"四舍五入到{rule.decimals}位小数"


def _figure(group: Group | None, figure: Figure, answer: Answer, asked: Asked) -> FigureView:
    unit, key = group or Group(asked.unit or "", asked.key or "")
    value = figure.value
    return FigureView(
        unit=unit,
        unit_name=answer.names.get(unit, ""),
        key=key,
        value=None if value is None else float(value),
        shown="" if value is None else str(value),
        why=figure.standing.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        exclusions=[
            ExclusionView(
                reason=reason, title=REASONS[reason], count=one.count, approved_by=dict(one.approved_by)
            )
            for reason, one in figure.exclusions.items()
        ],
        rows=_links(group, answer, asked),
    )


def _links(group: Group | None, answer: Answer, asked: Asked) -> dict[str, str]:
    """Give where the rows behind each part are, with all that the figure was asked by."""
    question = answer.question
    has_key = group is not None and asked.by != "unit"
    unit = (group.unit if group else "") or asked.unit
    told = {
        "by": asked.by,
        "unit": unit,
        "key": group.key if group is not None and has_key else asked.key,
        "from": question.first,
        "to": question.last,
        "as_of": asked.as_of.isoformat() if asked.as_of else None,
    }
    asks = {name: value for name, value in told.items() if value is not None}
    path = f"/rates/{answer.in_force.rule.rate}/rows"
    return {part: f"{path}?{urlencode(asks | {'part': part})}" for part in LINKED}


def _row(found: Row, *, clerks: bool) -> RowView:
    common = {"kind": found.family, "reason": found.reason, "reason_title": REASONS.get(found.reason, "")}
    details = _DETAILS[found.family](found)
    return RowView(**common, **{name: value for name, value in details.items() if clerks or name != "clerk"})


def _rating(found: Row) -> dict[str, Any]:
    row, sort = found.fact, found.sort
    assert isinstance(sort, RatingSort)  # noqa: S101 - its family says so.
    same = ("rating_id", "source_id", "unit_code", "channel", "level", "is_default", "additional", "rated_at")
    told = {
        name: getattr(row, name)
        for name in (*same, "received_at", "item_code", "region_code", "hall", "clerk")
    }
    reasons = [code for code in (row.reasons or "").split(",") if code]
    return told | {
        "window": row.window_code,
        "stands": sort.stands,
        "reasons": reasons,
        "is_named": row.is_named,
    }


def _service(found: Row) -> dict[str, Any]:
    one, sort = found.fact, found.sort
    assert isinstance(one, Standing)  # noqa: S101 - its family says so.
    assert isinstance(sort, ServiceSort)  # noqa: S101 - the same.
    at = one.at._asdict()
    at["window"] = at.pop("window_code")
    at["service_kind"] = at.pop("kind")
    dates = {"accepted_on": one.accepted_on, "due_on": one.due_on, "completed_on": one.completed_on}
    return at | dates | {"service_id": one.service_id, "state": sort.state, "provisional": one.provisional}


def _rectification(found: Row) -> dict[str, Any]:
    one, sort = found.fact, found.sort
    assert isinstance(one, Rectification)  # noqa: S101 - its family says so.
    assert isinstance(sort, RectificationSort)  # noqa: S101 - the same.
    place = one.place
    where = (
        {"unit_code": place.unit_code, "hall": place.hall, "window": place.window_code}
        if place is not None
        else {}
    )
    clerk = {"clerk": place.clerk} if place is not None else {}
    told = {
        "task_id": one.task_id,
        "rating_id": one.rating_id,
        "unit_id": one.unit_id,
        "opened_on": one.opened_on,
    }
    return told | where | clerk | sort._asdict() | {"judged_by": one.judged_by, "due_at": one.due_at}


def _order(found: Row) -> dict[str, Any]:
    one = found.fact
    assert isinstance(one, OrderFact)  # noqa: S101 - its family says so.
    same = ("order_id", "source_id", "category", "region_code", "channel", "repeats", "received_at")
    told = {name: getattr(one.order, name) for name in same}
    own = {"row_id": one.fact_id, "unit": one.unit, "order_kind": one.order.kind, "day": one.day}
    return told | own | one.sort._asdict() | {"approved_by": one.by}


_DETAILS = {"ratings": _rating, "services": _service, "rectifications": _rectification, "orders": _order}
