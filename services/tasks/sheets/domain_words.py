"""The words of a 台账 for codes of the ledger (sources, roles, lights, frequencies), and back again."""

from collections.abc import Mapping

from services.tasks.ledger.domain_sources import PLAN, SOURCES, source_word

# Sources of tasks as a 台账 shows them: those that people name, and a plan document's own.
ALL_SOURCES: Mapping[str, str] = {PLAN: source_word(PLAN), **SOURCES}
ROLE_WORDS: Mapping[str, str] = {"lead": "牵头", "responsible": "责任", "cooperating": "配合"}
LIGHT_WORDS: Mapping[str, str] = {
    "red": "红",
    "yellow": "黄",
    "green": "绿",
    "undated": "未定时限",
    "done": "完成",
}
FREQUENCIES: Mapping[str, str] = {
    "daily": "每日",
    "weekly": "每周",
    "biweekly": "双周",
    "monthly": "每月",
    "quarterly": "每季度",
    "yearly": "每年",
}


def code_of(words: Mapping[str, str], said: str) -> str | None:
    """Give the code of a word, or of a code itself; None when it is neither."""
    if said in words:
        return said
    return next((code for code, word in words.items() if word == said), None)
