"""Notice rules in Chinese words: for which tasks, when, and who is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
Row = tuple[str, str, str]
UNITS = {"lead": "牵头单位", "responsible": "责任单位", "cooperating": "配合单位", "office": "督查室"}
POSTS = {"": "", "officer": "责任人", "leader": "责任领导", "overseer": "分管领导"}
CHANGES = {"added": "新增", "dropped": "删除", "changed": "修改"}
SCOPES = {"unit": "单位", "plan": "方案", "level": "等级"}


def scope_words(rule: Json) -> str:
    """Say for which tasks a rule is."""
    limits = [f"{word} {rule[name]}" for name, word in SCOPES.items() if rule.get(name)]
    kind = [] if rule["kind"] == "*" else [f"类型 {rule['kind']}"]
    return "、".join([*limits, *kind]) or "全部事项"


def rung_rows(rule: Json) -> Iterator[Row]:
    """Give what a rule says, a rung a row: which, when, who is told."""
    hour = _hour(rule["at"])
    for step in rule["before"]:
        yield "提前预警", f"到期前 {-step['days']} 天 {hour}", _told(step["tell"])
    if counted := rule["counted"]:
        left = f"按日计的剩 {counted['left_percent']}%（至少 {counted['left_workdays']} 个工作日）{hour}"
        yield "提前预警", left, _told(counted["tell"])
    for step in rule["hours"]:
        yield "提前预警", f"按小时计的过 {step['percent']}%", _told(step["tell"])
    yield "到时提醒", f"到期日 {hour}", _told(rule["due"]["tell"])
    overdue = rule["overdue"]
    days = "、".join(map(str, overdue["workdays"]))
    yield (
        "超时通报",
        f"超时第 {days} 个工作日 {hour}，其后每 {overdue['then_every']} 个",
        _told(overdue["tell"]),
    )
    for step in overdue["escalate"]:
        yield "超时升级", f"超时满 {step['workday']} 个工作日起另告", _told(step["tell"])


def when_messages_leave(parcels: Json) -> str:
    """Say when the routine message of a day leaves, and what does not wait for it."""
    urgent = parcels["urgent"]
    kinds = [f"等级 {level} 的事项" for level in urgent["levels"]]
    kinds += ["按小时计的时限"] if urgent["hour_clocks"] else []
    at_once = f"；即时发送：{'、'.join(kinds)}" if kinds else ""
    return f"每日一条消息：工作日 {_hour(parcels['at'])} 至 {_hour(parcels['until'])}{at_once}"


def rule_lines(rule: Json) -> Iterator[str]:
    """Say what becomes of a rule, a field that changes a line."""
    head = f"{CHANGES[rule['change']]} {scope_words(rule)}"
    return field_lines(head, rule["fields"]) if rule["fields"] else iter((head,))


def field_lines(head: str, fields: Iterable[Json]) -> Iterator[str]:
    """Say what fields say before and after, a field a line."""
    for one in fields:
        yield f"{head} {one['field']}：{_value(one['before'])} → {_value(one['after'])}"


def _told(audiences: Sequence[str]) -> str:
    parts = (audience.partition(".") for audience in audiences)
    return "、".join(UNITS[unit] + POSTS[post] for unit, _, post in parts)


def _hour(time: str) -> str:
    return time[:5]


def _value(value: Any) -> str:  # noqa: ANN401 - JSON.
    """Write a value short: an object by its values, a list by its items."""
    if isinstance(value, dict):
        return " ".join(_value(one) for one in value.values())
    if isinstance(value, list):
        return "［" + "；".join(map(_value, value)) + "］"
    return "无" if value is None else str(value)
