"""Words and checks of orders 工单; pure decisions, `now` is an argument."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.clock import SHANGHAI
from shared.errors import Conflict, Invalid

KIND = "order"
KIND_WORDS: Mapping[str, str] = {
    "consultation": "咨询",
    "help": "求助",
    "complaint": "投诉",
    "report": "举报",
    "suggestion": "建议",
    "thanks": "感谢",
    "other": "其他",
}
RESOLVED_WORDS: Mapping[str, str] = {"yes": "解决", "partly": "部分解决", "no": "未解决"}
LEVEL_WORDS: Mapping[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
# How a unit was found, and why an order waits for a person.
HOW_WORDS: Mapping[str, str] = {
    "directory": "按派单目录",
    "code": "按平台派单单位",
    "manual": "人工派单",
    "hard": "疑难工单指定",
}
BLOCKED_WORDS: Mapping[str, str] = {
    "no_row": "派单目录没有对应单位",
    "grass_roots": "目录或平台指向镇街，但该事项未经赋权，不得派给基层",
    "unit_ended": "目录单位已撤并或为统称",
    "returned": "退单已同意，待派下一单位",
    "hard": "疑难工单，待组织部明确行业主管",
}
HARD_WORDS: Mapping[str, str] = {
    "industry": "待明确行业主管",
    "handler": "待行业主管明确承办单位",
    "settled": "已明确承办单位",
}
VISIT_WORDS: Mapping[str, str] = {"owed": "待回访", "done": "已回访", "unreached": "多次未接通"}
LEVELS = 3  # Of a category, the widest first.
SEPARATOR = "/"


def category_text(category: Sequence[str]) -> str:
    """Write a category as it is kept: its levels, the widest first, without what is empty or beyond the third."""
    flat = (one.strip().replace(SEPARATOR, "／") for one in category)
    return SEPARATOR.join([one for one in flat if one][:LEVELS])


def check_reason(code: str, words: Mapping[str, str], *, what: str, field: str = "reason") -> str:
    """Give the words of a reason of a list.

    Raises:
        Invalid: There is none such; the message names those that there are.
    """
    if code not in words:
        known = "、".join(f"{word}（{one}）" for one, word in words.items())
        message = f"没有{what}理由 {code}，可用：{known}"
        raise Invalid(message, code="order.reason_unknown", field=field)
    return words[code]


def check_text(text: str, *, what: str, field: str) -> str:
    """Give a text without blanks around it.

    Raises:
        Invalid: It is empty.
    """
    if not text.strip():
        raise Invalid(f"必须填写{what}（{field}）", code="order.text_missing", field=field)
    return text.strip()


def check_return(now: datetime, due_at: datetime | None, hard: str) -> None:
    """Pass while a unit may give an order back.

    Raises:
        Conflict: Its limit is over, or the order was settled as 疑难工单.
    """
    if hard == "settled":
        message = "该单为疑难工单，承办单位已由行业主管明确，不能再退单"
        raise Conflict(message, code="order.settled", field="id")
    if due_at is not None and now > due_at:
        until = due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        message = f"退单须在 {until} 前提出，现已超过退单时限，请依职责办理或联系热线主管部门协调"
        raise Conflict(message, code="order.return_late", field="id", due_at=due_at.isoformat())


def check_hops(hop: int, most: int) -> None:
    """Pass while an order may be handed to one more unit as others are.

    Raises:
        Conflict: It went through so many units that it is to be decided as 疑难工单.
    """
    if hop >= most:
        message = f"该单已流转 {hop} 个单位（上限 {most}），须按疑难工单由组织部明确行业主管，不能直接改派"
        raise Conflict(message, code="order.hard", field="unit_id", hop=hop)


def may_merge(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str], *, caller_known: bool
) -> bool:
    """Tell whether two orders, as (source, caller, category, region), share the caller, or place and matter."""
    same_caller = caller_known and one[:2] == other[:2]
    return same_caller or (bool(one[2]) and one[2:] == other[2:])


def is_shirking(hop: int, refusals: int, most_hops: int) -> bool:
    """Tell whether a return is proposed as shirking 推诿: the order has gone far, or its return was refused before."""
    return hop >= most_hops or refusals > 0


def visit_after(*, reached: bool, bad: bool, attempt: int, most: int) -> str:
    """Give where our visit stands after an attempt: owed until the caller was reached and is content, or given up."""
    if reached and not bad:
        return "done"
    return "unreached" if not reached and attempt >= most else "owed"
