"""A scheme of assessment as data: parts with weights, cases with points, classes, ranking, appeal window and lists.

Invariant: weights add up to `full`; codes of parts and cases are unique; everything is decimal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.metrics.assessment.schemes.domain_names import is_hotline, is_sign

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Points = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=4)]
Value = Annotated[Decimal, Field(max_digits=16, decimal_places=6)]
Operator = Literal[">=", "<=", ">", "<", "=="]
PeriodKind = Literal["quarter", "year"]
Handling = Literal["redistribute", "set_aside"]


@dataclass(frozen=True, slots=True)
class Known:
    """What schemes need to know of a measure: its Chinese title, and the unit of its values."""

    title: str
    unit: str


class Frozen(BaseModel):
    """Data of a scheme: what is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Linear(Frozen):
    """All points at `full_at`, none at `nothing_at`, in proportion between; falling where the first is the smaller."""

    kind: Literal["linear"] = "linear"
    nothing_at: Value
    full_at: Value

    @model_validator(mode="after")
    def _has_a_slope(self) -> "Linear":
        if self.nothing_at == self.full_at:
            raise ValueError("nothing_at 与 full_at 不能相同，请填两个不同的值")
        return self


class Step(Frozen):
    """A value of `at` or better gives `share` % of the points."""

    at: Value
    share: Annotated[Decimal, Field(ge=0, le=100)]


class Steps(Frozen):
    """Points by steps: the best step that the value reaches; below all of them nothing."""

    kind: Literal["steps"] = "steps"
    lower_is_better: bool = False
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


class Bound(Frozen):
    """All points or none."""

    kind: Literal["bound"] = "bound"
    operator: Operator
    value: Value


Curve = Annotated[Linear | Steps | Bound, Field(discriminator="kind")]


class MeasureSource(Frozen):
    """A registered measure, of all plans or one."""

    kind: Literal["measure"] = "measure"
    measure: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    plan_id: str | None = None


class ObservationSource(Frozen):
    """The mean of the judges' scores of observation days 观摩打分赛绩.

    Attributes:
        judges: Scores below which there is no mean: 样本不足.
        trimmed: How many of the highest and as many of the lowest are left out.
    """

    kind: Literal["observation"] = "observation"
    judges: Annotated[int, Field(ge=1, le=1000)] = 3
    trimmed: Annotated[int, Field(ge=0, le=100)] = 0

    @model_validator(mode="after")
    def _leaves_some(self) -> "ObservationSource":
        if 2 * self.trimmed >= self.judges:
            raise ValueError("trimmed 的两倍须小于 judges，请减少去掉的高低分个数或提高最少评委数")
        return self


class QuartersSource(Frozen):
    """The mean of the year's quarterly scores (out of a hundred) under `scheme`; all `quarters` have to be final."""

    kind: Literal["quarters"] = "quarters"
    scheme: Code
    quarters: Annotated[int, Field(ge=1, le=4)] = 1


Source = Annotated[MeasureSource | ObservationSource | QuartersSource, Field(discriminator="kind")]


class Part(Frozen):
    """A part of the score.

    Attributes:
        weight: Its points at most; nought is shown and not scored.
        minimum: Denominator below which it reads 样本不足, where the measure's own minimum is not higher.
        exempt: Whether approved exemptions 容错 take cases out of this measure as well.
    """

    code: Code
    name: Words
    weight: Points
    source: Source
    curve: Curve
    minimum: Annotated[int, Field(ge=0)] = 0
    exempt: bool = False


class Case(Frozen):
    """An addition or a deduction for each case that a measure counts.

    Attributes:
        counts: The facts in the numerator, or those in the denominator alone.
        points: For each; below nought for a deduction.
        cap: Points, either way, that it gives at most.
    """

    code: Code
    name: Words
    measure: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    plan_id: str | None = None
    counts: Literal["numerator", "rest"] = "numerator"
    points: Annotated[Decimal, Field(ge=-1000, le=1000, decimal_places=2)]
    cap: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=2)]

    @model_validator(mode="after")
    def _says_something(self) -> "Case":
        if not self.points:
            raise ValueError("points 不能为 0，请填每件的加分或扣分")
        return self


class UnitClass(Frozen):
    """Units that are compared with each other: those listed by id or name, and those of a kind."""

    code: Code
    name: Words
    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


class Informed(Frozen):
    """Units that are informed, neither scored nor ranked: by kind, by id or name, or by a word in their names."""

    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    words: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = ()


class Ranking(Frozen):
    """Who is ranked. 国办函〔2025〕66号: no ranking by 12345, none among few; either needs a word in the scheme.

    Attributes:
        smallest_class: Comparable units in a class below which there is no ranking.
        hotline: Whether units are ranked although hotline measures give points.
    """

    on: bool = True
    smallest_class: Annotated[int, Field(ge=2)] = 5
    hotline: bool = False


class Appeals(Frozen):
    """The window for appeals: days after the closing day, natural or working ones."""

    days: Annotated[int, Field(ge=1, le=90)] = 5
    working: bool = True


class ListRule(Frozen):
    """Who stands on a list.

    Attributes:
        most: Ranks from the top (`red`, `award`) or the bottom (`black`, `notice`); None goes by the bounds alone.
        at_least, at_most: Bounds of the score out of a hundred.
    """

    code: Code
    kind: Literal["red", "black", "notice", "award"]
    name: Words
    most: Annotated[int, Field(ge=1)] | None = None
    at_least: Value | None = None
    at_most: Value | None = None

    @model_validator(mode="after")
    def _names_a_limit(self) -> "ListRule":
        if self.most is None and self.at_least is None and self.at_most is None:
            raise ValueError(f"榜单 {self.code} 须至少填 most、at_least、at_most 之一")
        return self


class Scheme(Frozen):
    """A scheme; its version is kept beside it.

    Attributes:
        basis: The paper that it comes from.
        full: What the weights add up to.
        most_added, most_deducted: Points that all additions, or all deductions, make at most.
        least_measured: Weight of the parts that have to be measured; with less a unit reads 样本不足 as a whole, so
            that none is ranked by a single part.
        short: What becomes of the weight of a part that reads 样本不足; `no_data` of one that has no facts at all.
    """

    scheme: Code
    name: Words
    basis: Words
    kinds: Annotated[tuple[PeriodKind, ...], Field(min_length=1)]
    full: Points = Decimal(100)
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    cases: tuple[Case, ...] = ()
    most_added: Points | None = None
    most_deducted: Points | None = None
    least_measured: Points = Decimal()
    short: Handling = "redistribute"
    no_data: Handling = "redistribute"
    classes: Annotated[tuple[UnitClass, ...], Field(min_length=1)]
    informed: Informed = Informed()
    ranking: Ranking = Ranking()
    appeals: Appeals = Appeals()
    lists: tuple[ListRule, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> "Scheme":
        total = sum((part.weight for part in self.parts), Decimal())
        if total != self.full or not total:
            raise ValueError(f"各部分权重之和为 {total}，应为 {self.full}，请调整 weight")
        for name, codes in (
            ("parts、cases", [one.code for one in self.lines()]),
            ("classes", [one.code for one in self.classes]),
            ("lists", [one.code for one in self.lists]),
        ):
            if twice := sorted({code for code in codes if codes.count(code) > 1}):
                raise ValueError(f"{name} 中编号 {twice[0]} 重复，请改成不同的编号")
        return self

    def lines(self) -> list[Part | Case]:
        """List what gives points: the parts, then the cases."""
        found: list[Part | Case] = [*self.parts]
        return [*found, *self.cases]

    def measures(self) -> Iterator[tuple[str, str]]:
        """Give the measures that it names, each with the code of what names it."""
        for part in self.parts:
            if isinstance(part.source, MeasureSource):
                yield part.code, part.source.measure
        for case in self.cases:
            yield case.code, case.measure

    @property
    def scores_hotline(self) -> bool:
        """Whether a measure of the hotline 12345 gives points."""
        weighed = {part.code for part in self.parts if part.weight} | {case.code for case in self.cases}
        return any(code in weighed and is_hotline(measure) for code, measure in self.measures())


def refusal(scheme: Scheme, known: Mapping[str, Known]) -> tuple[str, str, str] | None:
    """Say why a scheme is refused for what it names: code, field and message; None when it is not."""
    for code, measure in scheme.measures():
        if is_sign(measure, known[measure].title if measure in known else ""):
            message = f"{code} 使用的测量 {measure} 是签收速度，签收快慢不计分，请换成办理结果的测量"
            return "scheme.sign", code, message
        if measure not in known:
            message = f"{code} 使用的测量 {measure} 不存在，可用：{'、'.join(known)}"
            return "scheme.measure", code, message
    for case in scheme.cases:
        if case.counts == "rest" and known[case.measure].unit != "%":
            message = f"{case.code} 的 counts 为 rest，只能用于比率；{case.measure} 是计数，请改为 numerator"
            return "scheme.rest", case.code, message
    return None
