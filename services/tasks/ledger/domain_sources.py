"""Where tasks come from 任务来源, and how much weight they have: tables of words."""

from collections.abc import Mapping

from shared.errors import Invalid

PLAN = "plan"
# Sources that people name when they register a task by hand: code → words.
SOURCES: Mapping[str, str] = {
    "instruction": "领导批示",
    "meeting": "会议议定",
    "superior": "上级交办",
    "document": "文件",
    "work_report": "政府工作报告",
    "proposal": "人大建议/政协提案",
    "internet_supervision": "互联网+督查",
    "hotline": "12345",
    "rating": "好差评",
    "monitoring": "电子监察",
    "enterprise": "企业诉求",
    "inspection": "督查发现",
    "enterprise_visit": "双包一解",
    "enterprise_liaison": "助企联络员",
    "stuck_window": "“办不成事”窗口",
    "approval_overdue": "工程审批超期",
    "approval_problem": "工程审批问题件",
    "investment_promise": "招商承诺",
    "credit_promise": "政务诚信承诺",
    "post_promise": "依岗承诺",
    "arrears_check": "欠款排查",
    "arrears_complaint": "欠款投诉",
    "audit": "审计发现",
    "manual": "人工登记",
}
LEVELS: Mapping[str, str] = {"normal": "一般", "important": "重要", "urgent": "紧急"}


def source_word(source: str) -> str:
    """Give the Chinese word of a source; a kind's own source stands for itself."""
    return "方案" if source == PLAN else SOURCES.get(source, source)


def check_source(source: str) -> None:
    """Pass for a source that people may name.

    Raises:
        Invalid: There is none such; the message names those that there are.
    """
    _check(source, SOURCES, field="source", what="任务来源")


def check_level(level: str) -> None:
    """Pass for a known level.

    Raises:
        Invalid: There is none such; the message names those that there are.
    """
    _check(level, LEVELS, field="level", what="等级")


def _check(said: str, words: Mapping[str, str], *, field: str, what: str) -> None:
    if said not in words:
        known = "、".join(f"{word}（{code}）" for code, word in words.items())
        message = f"没有{what} {said}，可用：{known}"
        raise Invalid(message, code=f"task.{field}_unknown", field=field)
