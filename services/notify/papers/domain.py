"""What may be done with a paper and when; pure.

Invariant: a released paper is never changed; it can only be withdrawn.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from services.notify.papers.domain_layout import INDENT_CHARACTERS, LINE_CHARACTERS
from shared.errors import Conflict, Invalid


class PaperState(StrEnum):
    """Where a paper stands."""

    DRAFT = "draft"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"  # A draft that gave way to a newer one of the same period.


STATE_WORDS = {
    PaperState.DRAFT: "草稿",
    PaperState.RELEASED: "已印发",
    PaperState.WITHDRAWN: "已撤回",
    PaperState.SUPERSEDED: "已被新稿替代",
}
_NUMBER = re.compile(r"[^\s〔〕（）()\[\]]{1,30}〔(\d{4})〕[1-9]\d{0,4}号")
MOST_PARAGRAPHS, MOST_CHARACTERS = 30, 600  # Of the section that people edit.


def check_draft(state: str, *, verb: str) -> None:
    """Pass for a draft.

    Raises:
        Conflict: The paper is none any more.
    """
    if state != PaperState.DRAFT:
        message = (
            f"公文处于“{STATE_WORDS[PaperState(state)]}”，不能再{verb}；如需改动，请撤回后重新汇总生成草稿"
        )
        raise Conflict(message, code="paper.not_draft", field="id", state=state)


def check_released(state: str) -> None:
    """Pass for a released paper.

    Raises:
        Conflict: It is none.
    """
    if state != PaperState.RELEASED:
        message = f"公文处于“{STATE_WORDS[PaperState(state)]}”，只有已印发的公文可以登记批示"
        raise Conflict(message, code="paper.not_released", field="id", state=state)


def check_standing(state: str) -> None:
    """Pass for a paper that can be withdrawn.

    Raises:
        Conflict: It is withdrawn already, or gave way to another.
    """
    if state not in {PaperState.DRAFT, PaperState.RELEASED}:
        message = f"公文处于“{STATE_WORDS[PaperState(state)]}”，不需要撤回"
        raise Conflict(message, code="paper.over", field="id", state=state)


def read_number(said: str, year: int) -> str:
    """Read a paper's number 发文字号: the sign of the office, the year in 〔〕, and a number without leading zeros.

    Raises:
        Invalid: It is written otherwise, or of another year than the release.
    """
    number = said.strip()
    found = _NUMBER.fullmatch(number)
    if found is None:
        message = f"文号 {number} 格式不对，请写成 泾河督查〔{year}〕6号（年份用六角括号〔〕，序号不加“第”、不补零）"
        raise Invalid(message, code="paper.number_invalid", field="number")
    if int(found[1]) != year:
        message = f"文号 {number} 的年份应为印发当年 {year}"
        raise Invalid(message, code="paper.number_year", field="number")
    return number


def read_next_steps(said: Sequence[str], lines: int) -> tuple[str, ...]:
    """Read the section of what comes next, as a person wrote it; `lines` is how many it may have, 0 for any number.

    Raises:
        Invalid: It is empty, or too long.
    """
    steps = tuple(line for one in said if (line := " ".join(one.split())))
    if not steps:
        raise Invalid("“下一步”部分不能为空", code="paper.next_missing", field="next_steps")
    if len(steps) > MOST_PARAGRAPHS or any(len(one) > MOST_CHARACTERS for one in steps):
        message = f"“下一步”部分最多 {MOST_PARAGRAPHS} 段，每段最多 {MOST_CHARACTERS} 字"
        raise Invalid(message, code="paper.next_long", field="next_steps")
    if lines and (taken := sum(map(lines_of, steps))) > lines:
        message = f"本公文限一页，“下一步”部分最多 {lines} 行（每行 {LINE_CHARACTERS} 字），现有 {taken} 行"
        raise Invalid(message, code="paper.next_long", field="next_steps")
    return steps


def lines_of(paragraph: str) -> int:
    """Give how many lines a paragraph takes at most."""
    return -(-(len(paragraph) + INDENT_CHARACTERS) // LINE_CHARACTERS)
