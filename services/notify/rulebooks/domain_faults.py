"""Finds every fault of a rulebook that somebody hands in: its place in the document, the value, and what to do.

Invariant: what passes here can be stored, read again and decided by; no fault hides another one in another place.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from services.notify.rules import ANY_KIND, ANYTHING, INCOMPLETE, Rulebook
from services.notify.wording import KINDS
from shared.errors import Invalid

LEVELS = {"normal": "一般", "important": "重要", "urgent": "紧急"}
ALL_LEVELS = LEVELS | {
    "instant": "即办件",
    "promised": "承诺件",
}  # Those of services 办件 too, by their kinds.
# What `GET /rules` says about a version beside its rules: whoever changes a copy need not take it out.
ABOUT = ("version", "since", "shipped", "made_at", "made_by", "reason")
SCOPE = ("unit", "plan", "level", "kind")
SHOWN = 60  # Characters of a value.
Json = Any

# By pydantic's type of an error, with the names of its context in braces.
REMEDIES = {
    "missing": "缺少此项，请补上",
    "extra_forbidden": "没有这一项，请改正名称或删除",
    "model_type": "应为对象 {{…}}",
    "dict_type": "应为对象 {{…}}",
    "tuple_type": "应为列表 […]",
    "int_type": "应为整数",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字",
    "time_type": "应为 24 小时制的时刻，如 09:00",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "too_short": "至少应有 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "string_too_short": "不能为空；不限定时请删除此项",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "应为 office（督查室），或 lead、responsible、cooperating，"
    "可加 .officer（责任人）、.leader（责任领导）、.overseer（分管领导）",
}


class Fault(NamedTuple):
    """One fault: where in the document, what stands there, and what should."""

    field: str
    value: str
    message: str


class Known(NamedTuple):
    """What rules may name: the running units and the plans of the ledger."""

    units: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()


def check_rules(document: Json, known: Known) -> Rulebook:
    """Read a rulebook that somebody hands in.

    Raises:
        Invalid: It has faults; the detail `faults` lists all of them.
    """
    if isinstance(document, dict):
        document = {name: value for name, value in document.items() if name not in ABOUT}
    try:
        book = Rulebook.model_validate_json(json.dumps(document), strict=True)
        faults = [*_strangers(document, known)]
    except ValidationError as error:
        faults = [*_malformed(error), *_of_scopes(document), *_strangers(document, known)]
    if faults:
        raise _refusal(faults)
    return book


def _refusal(faults: Sequence[Fault]) -> Invalid:
    first = faults[0]
    more = f"（共 {len(faults)} 处错误，逐条列在 faults）" if len(faults) > 1 else ""
    message = f"提醒规则 {first.field} 的值 {first.value}：{first.message}{more}"
    listed = [one._asdict() for one in faults]
    return Invalid(message, code="rules.invalid", field=first.field, faults=listed)


def _malformed(error: ValidationError) -> Iterator[Fault]:
    """Name what can't be read as the rules are."""
    for one in error.errors(include_url=False):
        if one["type"] == INCOMPLETE:  # `_of_scopes` says which, also beside other faults.
            continue
        about = one.get("ctx", {})
        place = [*map(str, one["loc"]), *([about["field"]] if "field" in about else [])]
        value = "（空缺）" if one["type"] == "missing" else about.get("value", _shown(one["input"]))
        message = one["msg"] if one["type"].startswith("rules.") else _remedy(one["type"], about)
        yield Fault(".".join(place) or "rules", value, message)


def _remedy(kind: str, about: Mapping[str, Any]) -> str:
    return REMEDIES.get(kind, "无法识别，请对照 GET /rules 的格式").format_map(about)


def _of_scopes(document: Json) -> Iterator[Fault]:
    """Name rules that are for the same tasks, and a missing rule for all others."""
    first: dict[tuple[Json, ...], int] = {}
    for place, rule in _rules(document):
        scope = _scope(rule)
        if scope in first:
            message = f"与 rules.{first[scope]} 的适用范围相同，请合并为一条"
            yield Fault(f"rules.{place}", _scope_words(scope), message)
        first.setdefault(scope, place)
    if ANYTHING not in first and isinstance(document, dict) and isinstance(document.get("rules"), list):
        yield Fault("rules", "（空缺）", "缺少 kind 为 * 且不限单位、方案、等级的通用规则，请补上")


def _rules(document: Json) -> Iterator[tuple[int, dict[str, Json]]]:
    rules = document.get("rules") if isinstance(document, dict) else None
    if isinstance(rules, list):
        yield from ((place, rule) for place, rule in enumerate(rules) if isinstance(rule, dict))


def _scope(rule: Mapping[str, Json]) -> tuple[Json, ...]:
    scope = [rule.get(name) for name in SCOPE]
    return tuple(
        None if value == ANY_KIND and name == "kind" else _shown_or_none(value)
        for name, value in zip(SCOPE, scope, strict=True)
    )


def _shown_or_none(value: Json) -> str | None:
    return None if value is None else _shown(value)


def _scope_words(scope: Sequence[Json]) -> str:
    return "、".join(f"{name}={value}" for name, value in zip(SCOPE, scope, strict=True) if value) or "kind=*"


def _strangers(document: Json, known: Known) -> Iterator[Fault]:
    """Name kinds, levels, plans and units that there are none of: such a rule would never hold."""
    for place, rule in _rules(document):
        allowed = {
            "kind": ({ANY_KIND, *KINDS}, f"没有这类事项，可用：{ANY_KIND}、{'、'.join(KINDS)}"),
            "level": ({*ALL_LEVELS}, _of_levels()),
            "plan": (known.plans, "台账中没有该方案的事项，请填方案编号（GET /plans），新方案请先导入"),
            "unit": (known.units, "没有该单位，或已并入其他单位，请填现有单位的编号（GET /units）"),
        }
        for name, (values, message) in allowed.items():
            value = rule.get(name)
            if isinstance(value, str) and value and value not in values:
                yield Fault(f"rules.{place}.{name}", _shown(value), message)
    yield from _strange_levels(document)


def _strange_levels(document: Json) -> Iterator[Fault]:
    levels: Json = document
    for name in ("parcels", "urgent", "levels"):
        levels = levels.get(name) if isinstance(levels, dict) else None
    for place, level in enumerate(levels if isinstance(levels, list) else []):
        if isinstance(level, str) and level not in ALL_LEVELS:
            yield Fault(f"parcels.urgent.levels.{place}", _shown(level), _of_levels())


def _of_levels() -> str:
    return "没有这个等级，可用：" + "、".join(f"{name}（{word}）" for name, word in ALL_LEVELS.items())


def _shown(value: Json) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, default=str)
    text = text.encode(
        "utf-8", "replace"
    ).decode()  # JSON may hold halves of characters, which no answer can.
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
