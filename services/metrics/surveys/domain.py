"""What a survey asks and when it may be answered, and how a filled sheet is written in as many bytes as any other.

Invariant: a sheet has one byte for each subject and question, whatever was answered, so its length tells nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from shared.errors import Conflict, Invalid

Kind = Literal["satisfaction", "back_to_back", "conduct"]
State = Literal["draft", "open", "closed"]
KINDS: dict[Kind, str] = {
    "satisfaction": "满意度测评",
    "back_to_back": "背对背测评",
    "conduct": "作风能力大家评",
}
STATES: dict[str, str] = {"draft": "草稿", "open": "进行中", "closed": "已结束"}
LEVELS = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
FEWEST = 5  # No survey shows what fewer people said.
MOST_CELLS = 2000
MOST_INVITED = 20_000  # Of one group.
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Cells = Mapping[str, int]  # `subject-question` by their places in the sheet → which option, from 1.


class Frozen(BaseModel):
    """Data of a survey: what is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(Frozen):
    """What is asked of every subject.

    Attributes:
        kind: `scale` has a mean, its options stand from the best to the worst; `choice` has only counts.
    """

    code: Code
    text: Words
    kind: Literal["scale", "choice"] = "scale"
    options: Annotated[tuple[Words, ...], Field(min_length=2, max_length=20)] = LEVELS


class Named(Frozen):
    """A subject that is evaluated, or a group of those who are asked."""

    code: Code
    name: Words


class Sheet(Frozen):
    """A survey as it was drawn up. It has no free texts: how somebody writes tells who it is.

    Attributes:
        about: What the subjects are; units by their ids, persons best by their posts.
        minimum: Sheets that leave together, and answers below which nothing is shown.
        opens_at, closes_at: When it may be answered, in business time.
    """

    kind: Kind
    title: Words
    about: Literal["unit", "person"] = "unit"
    subjects: Annotated[tuple[Named, ...], Field(min_length=1, max_length=200)]
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=50)]
    groups: Annotated[tuple[Named, ...], Field(min_length=1, max_length=20)]
    minimum: Annotated[int, Field(ge=FEWEST, le=1000)] = 10
    opens_at: AwareDatetime
    closes_at: AwareDatetime

    @model_validator(mode="after")
    def _holds_together(self) -> "Sheet":
        for what, found in (
            ("subjects", self.subjects),
            ("questions", self.questions),
            ("groups", self.groups),
        ):
            codes = [one.code for one in found]
            if twice := sorted({code for code in codes if codes.count(code) > 1}):
                raise ValueError(f"{what} 中编号 {twice[0]} 重复，请改为不同的编号")
        if self.cells > MOST_CELLS:
            raise ValueError(f"对象数 × 题数为 {self.cells}，超过 {MOST_CELLS}，请分成几次测评")
        if self.opens_at >= self.closes_at:
            raise ValueError(f"closes_at {self.closes_at} 须晚于 opens_at {self.opens_at}，请改正")
        return self

    @property
    def cells(self) -> int:
        """How many values a whole sheet has."""
        return len(self.subjects) * len(self.questions)


@dataclass(frozen=True, slots=True)
class Slip:
    """What was said about one subject in one question: the option's place, from 1."""

    subject: str
    question: str
    value: int


def fill(sheet: Sheet, cells: Cells) -> bytes:
    """Write a filled sheet, a byte a cell; nought where nothing was said.

    Raises:
        Invalid: A cell or a value is not of this sheet, or nothing was said at all.
    """
    filled = bytearray(sheet.cells)
    for name, value in cells.items():
        place, most = _place(sheet, name)
        if not 0 <= value <= most:
            message = f"答案 {name} 的值 {value} 不在选项 1 至 {most} 之内（0 为不评价），请重新选择"
            raise Invalid(message, code="survey.value", field=name)
        filled[place] = value
    if not any(filled):
        raise Invalid("尚未作任何评价，请至少评价一项后再提交", code="survey.blank", field="cells")
    return bytes(filled)


def _place(sheet: Sheet, name: str) -> tuple[int, int]:
    """Find a cell: its place in the sheet, and how many options it has."""
    subject, _, question = name.partition("-")
    at = [
        int(one) if one.isascii() and one.isdecimal() and len(one) < 4 else -1 for one in (subject, question)
    ]
    if not (0 <= at[0] < len(sheet.subjects) and 0 <= at[1] < len(sheet.questions)):
        message = f"答卷中没有 {name[:20]} 这一项，请重新打开测评页后再填"
        raise Invalid(message, code="survey.cell", field=name[:20])
    return at[0] * len(sheet.questions) + at[1], len(sheet.questions[at[1]].options)


def slips(sheet: Sheet, filled: bytes) -> Iterator[Slip]:
    """Take a filled sheet apart."""
    pairs = ((subject.code, question.code) for subject in sheet.subjects for question in sheet.questions)
    for (subject, question), value in zip(pairs, filled, strict=True):
        if value:
            yield Slip(subject, question, value)


def leaving(waiting: int, minimum: int) -> int:
    """Say how many of the sheets that wait may leave now, while others may still come.

    Half of twice the minimum: what stays is never fewer than the minimum, so that the last ones can leave too.
    """
    return minimum if waiting >= 2 * minimum else 0


def leaving_last(waiting: int, minimum: int) -> int:
    """Say how many leave when no other can come: all, or none where they are too few to hide among each other."""
    return waiting if waiting >= minimum else 0


def check_state(state: str, wanted: State, survey: str, doing: str) -> None:
    """Pass when a survey is in the state that a step needs.

    Raises:
        Conflict: It is in another.
    """
    if state != wanted:
        message = f"测评 {survey} {STATES[state]}，不能{doing}：只有{STATES[wanted]}的测评可以"
        raise Conflict(message, code="survey.state", field="id", state=state)


def check_answerable(sheet: Sheet, state: str, now: datetime) -> None:
    """Pass when a survey may be answered.

    Raises:
        Conflict: It is not open, not yet or no more.
    """
    if state == "draft" or now < sheet.opens_at:
        raise Conflict(f"测评“{sheet.title}”尚未开始，请届时再打开本页", code="survey.early")
    if now >= sheet.closes_at:
        raise Conflict(f"测评“{sheet.title}”已结束，感谢您的关注", code="survey.over")


def check_opening(sheet: Sheet, invited: Mapping[str, int], now: datetime) -> None:
    """Pass when a survey may be opened.

    Raises:
        Conflict: A group has fewer tokens than the minimum, so that its answers would never be shown; or it is over.
    """
    for group in sheet.groups:
        if invited[group.code] < sheet.minimum:
            message = (
                f"组“{group.name}”（{group.code}）只发出 {invited[group.code]} 个测评码，"
                f"少于最少答卷数 {sheet.minimum}：请补发，或另拟测评把该组并入其他组"
            )
            raise Conflict(message, code="survey.few", field=group.code)
    if now >= sheet.closes_at:
        message = f"测评“{sheet.title}”的截止时间 {sheet.closes_at} 已过，请另拟测评"
        raise Conflict(message, code="survey.over", field="closes_at")


def check_invitation(sheet: Sheet, group: str, count: int, already: int) -> None:
    """Pass when so many tokens may be made for a group.

    Raises:
        Invalid: There is no such group, or it would have too many.
    """
    known = [one.code for one in sheet.groups]
    if group not in known:
        message = f"测评中没有组 {group}，可用：{'、'.join(known)}"
        raise Invalid(message, code="survey.group", field="group")
    if already + count > MOST_INVITED:
        message = (
            f"组 {group} 已有 {already} 个测评码，再发 {count} 个将超过上限 {MOST_INVITED}，请减少 count"
        )
        raise Invalid(message, code="survey.many", field="count")
