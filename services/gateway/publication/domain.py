"""What may be published, and the words by which people read a rating's level and reasons. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from services.gateway.redaction.domain import redact
from services.gateway.redaction.domain_marks import FOUND_WORDS
from shared.errors import Conflict, Invalid

LEVELS: dict[int, str] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}

# evalDetail codes of the national option list, as provincial interfaces carry it; the first digit is the level.
REASONS: dict[str, str] = {
    "510": "一窗受理一次办结",
    "511": "可以先受理后补材料",
    "512": "不用提交证明",
    "513": "可以全程网上办理",
    "514": "可以使用手机办理",
    "515": "可以就近办理",
    "516": "无需材料直接办理",
    "517": "服务热情效率高",
    "406": "填写一张表单就可完成申报",
    "407": "在线提交材料窗口核验",
    "408": "一张清单告知全部申报材料",
    "409": "用告知承诺减免申报材料",
    "410": "可以在线预约办理",
    "411": "跑大厅一次办完",
    "412": "可以使用自助机办理",
    "413": "服务态度较好",
    "307": "一次性告知需要补正的材料",
    "308": "提供申报材料样本",
    "309": "在承诺的时间内办结",
    "310": "办事指南指引准确",
    "311": "按办事指南要求的材料即可办理",
    "312": "可以快递送达",
    "313": "跑动次数与承诺的一致",
    "314": "服务态度一般",
    "207": "没有提供材料样本",
    "208": "没有提供材料清单",
    "209": "未在承诺时间内办结",
    "210": "同样内容的证明材料被要求多次提交",
    "211": "承诺网办但无法在线办理",
    "212": "在线预约后到大厅重复取号排队",
    "213": "窗口人员业务不熟练",
    "214": "服务态度生硬",
    "108": "在办事指南之外增加新的审批条件",
    "109": "需提供办事指南之外的申报材料",
    "110": "无理由超过法定办理时间",
    "111": "办事指南提供样本有错",
    "112": "承诺在线收取申报材料实际无法收取",
    "113": "多头跑窗口和部门",
    "114": "跑动次数与承诺的不一致",
    "115": "服务态度差效率低",
}


class State(StrEnum):
    """Where the publication of a rating is."""

    WAITING = "waiting"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


STATE_WORDS: dict[State, str] = {
    State.WAITING: "待审核",
    State.PUBLISHED: "已公开",
    State.WITHDRAWN: "已撤下",
}


def reason_words(codes: str) -> list[str]:
    """Say reasons in words; a code that is not on the national list stays a code."""
    return [REASONS.get(code, f"代码{code}") for code in codes.split(",") if code]


def check_released(said: Mapping[str, str], known: Iterable[str], *, has_words: bool) -> None:
    """Pass when a person may release these words.

    Args:
        said: What shall be shown, by the field that it came in: `text` of the rater, `outcome` of the office.
        known: Names, numbers and addresses that the vault has of the rater.
        has_words: The vault has words of the rater.

    Raises:
        Invalid: Redaction still finds something, or there are words of a rater who wrote none.
    """
    names = list(known)
    for field, value in said.items():
        if found := redact(value, names).found:
            kinds = "、".join(f"{FOUND_WORDS[kind]} {count} 处" for kind, count in found.items())
            message = f"{field} 中还有 {kinds}，不能公开：请按草稿遮蔽后重新提交"
            raise Invalid(message, code="publication.not_redacted", field=field, found=dict(found))
    if said.get("text") and not has_words:
        message = "评价人没有留下文字，或其内容已销毁：text 须为空，只能公开等级和原因"
        raise Invalid(message, code="publication.no_words", field="text")


def check_state(state: str, wanted: Iterable[State], what: str) -> None:
    """Pass when a publication is in one of the states in which something may be done.

    Raises:
        Conflict: It is in another.
    """
    allowed = list(wanted)
    if state not in allowed:
        words = "、".join(STATE_WORDS[one] for one in allowed)
        message = f"该评价{STATE_WORDS[State(state)]}，不能{what}；可以{what}的状态：{words}"
        raise Conflict(message, code="publication.state", field="rating_id", state=state)
