"""What a place sets for its rectifications: limits by class, the share of 回访, thresholds of findings; versioned.

1 / 5 / 15 工作日 are a common provincial pattern and stand in no national rule that we found, so they are data.
"""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import Invalid

Grade = Literal["simple", "general", "complex"]
GRADE_WORDS: dict[str, str] = {"simple": "简单", "general": "一般", "complex": "复杂"}
Workdays = Annotated[int, Field(ge=1, le=250)]
Percent = Annotated[int, Field(ge=0, le=100)]
_SAMPLE_SPACE = 2**32


class Rules(BaseModel):
    """The rules of one version.

    Attributes:
        simple, general, complex: Limits in 工作日 from the dispatch, by class.
        first_grade: The class before anybody said one.
        sample_percent: Share of the ratings without a name that are called back; those with one always are.
        escalate_to: The unit that is told when a rater stays unsatisfied 办理升级; None for the office alone.
        invalid_percent, invalid_least: A unit of whose ratings more than this share, and at least so many, were found
            not to stand is a finding.
        again_days: Natural days after the closing within which the same again is a finding 假性整改.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    simple: Workdays
    general: Workdays
    complex: Workdays
    first_grade: Grade
    sample_percent: Percent
    escalate_to: str | None = None
    invalid_percent: Percent
    invalid_least: Annotated[int, Field(ge=1)]
    again_days: Annotated[int, Field(ge=1, le=366)]

    def workdays(self, grade: str) -> int:
        """Give the limit of a class in 工作日."""
        return {"simple": self.simple, "general": self.general, "complex": self.complex}[grade]


@cache
def shipped() -> Rules:
    """Give the rules that hold where nobody set any."""
    text = resources.files("services.tasks.rectifications").joinpath("rules.json").read_text("utf-8")
    return Rules.model_validate_json(text)


def read_rules(said: dict[str, object]) -> Rules:
    """Read rules as people set them; what they leave out is as shipped.

    Raises:
        Invalid: A value makes no sense; the message names its field.
    """
    try:
        rules = Rules.model_validate(shipped().model_dump() | said)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"差评整改规则的 {field} 无效（{first.get('input')}），请核对"
        raise Invalid(message, code="rectification.rules", field=field) from error
    if not rules.simple <= rules.general <= rules.complex:
        message = (
            f"整改期限须由短到长：简单 {rules.simple}、一般 {rules.general}、复杂 {rules.complex} 个工作日"
        )
        raise Invalid(message, code="rectification.rules_order", field="general")
    return rules


def most_specific(regions: Iterable[str], region: str) -> str | None:
    """Give the longest of the prefixes that a region's code begins with; None where none does."""
    return max((one for one in regions if region.startswith(one)), key=len, default=None)


def check_grade(grade: str) -> None:
    """Pass for a class.

    Raises:
        Invalid: There is none such.
    """
    if grade not in get_args(Grade):
        known = "、".join(f"{word}（{code}）" for code, word in GRADE_WORDS.items())
        message = f"没有整改类别 {grade}，可用：{known}"
        raise Invalid(message, code="rectification.grade_unknown", field="grade")


def is_sampled(rating_id: str, percent: int) -> bool:
    """Tell whether a rating without a name is called back: by its id alone, so that nobody chooses."""
    place = int(hashlib.sha256(rating_id.encode()).hexdigest()[:8], 16)
    return place * 100 < percent * _SAMPLE_SPACE


def owes_call_back(rating_id: str, percent: int, *, is_named: bool) -> bool:
    """Tell whether a 回访 is owed: always where the rater is known 实名, else for a sample."""
    return is_named or is_sampled(rating_id, percent)
