"""Made-up schemes and readings, by hand and by hypothesis."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from services.metrics.assessment.schemes.domain import Scheme
from services.metrics.assessment.scoring.domain_scores import Reading

Json = dict[str, Any]
LINEAR: Json = {"kind": "linear", "nothing_at": "60", "full_at": "100"}


def part(code: str = "on_time", weight: str = "100", **more: object) -> Json:
    source = {"kind": "measure", "measure": f"m.{code}"}
    return {"code": code, "name": code, "weight": weight, "source": source, "curve": LINEAR} | more


def case(code: str = "late", points: str = "-1", cap: str = "5", **more: object) -> Json:
    return {"code": code, "name": code, "measure": f"m.{code}", "points": points, "cap": cap} | more


def content(**more: object) -> Json:
    return {
        "scheme": "trial",
        "name": "试行办法",
        "basis": "测试",
        "kinds": ["quarter", "year"],
        "parts": [part()],
        "classes": [{"code": "departments", "name": "部门", "kinds": ["department"]}],
    } | more


def scheme(**more: object) -> Scheme:
    return Scheme.model_validate(content(**more))


def reading(value: str | None = "90", numerator: int = 9, denominator: int = 10, **more: Any) -> Reading:  # noqa: ANN401 - passed on.
    said: Json = {"measure": "m", "version": 1, "unit": "%", "minimum": 1, "exclusions": {}}
    why = "样本不足" if value is None else "已测量"
    said |= {"value": value, "why": why, "numerator": numerator, "denominator": denominator}
    return Reading.model_validate(said | more)


def amounts(low: str, high: str, places: int = 2) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=places, allow_nan=False)


VALUES = amounts("-50", "150", 4)
OPERATORS = st.sampled_from([">=", "<=", ">", "<", "=="])


@st.composite
def curves(draw: st.DrawFn) -> Json:
    kind = draw(st.sampled_from(["linear", "steps", "bound"]))
    if kind == "linear":
        ends = draw(st.lists(VALUES, min_size=2, max_size=2, unique=True))
        return {"kind": kind, "nothing_at": str(ends[0]), "full_at": str(ends[1])}
    if kind == "bound":
        return {"kind": kind, "operator": draw(OPERATORS), "value": str(draw(VALUES))}
    steps = draw(st.lists(st.tuples(VALUES, amounts("0", "100")), min_size=1, max_size=4))
    said = [{"at": str(at), "share": str(share)} for at, share in steps]
    return {"kind": kind, "lower_is_better": draw(st.booleans()), "steps": said}


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """Draw any scheme that is allowed."""
    weights = draw(st.lists(amounts("0", "60", 4), min_size=1, max_size=6).filter(any))
    parts = [
        part(f"p{n}", str(weight), curve=draw(curves()), minimum=draw(st.integers(0, 20)))
        for n, weight in enumerate(weights)
    ]
    points = draw(st.lists(amounts("-10", "10").filter(bool), max_size=4))
    cases = [
        case(
            f"c{n}",
            str(each),
            str(draw(amounts("0.01", "20"))),
            counts=draw(st.sampled_from(["numerator", "rest"])),
        )
        for n, each in enumerate(points)
    ]
    handling = st.sampled_from(["redistribute", "set_aside"])
    limit = st.none() | amounts("0", "20", 2).map(str)
    return scheme(
        parts=parts,
        cases=cases,
        full=str(sum(weights)),
        short=draw(handling),
        no_data=draw(handling),
        most_added=draw(limit),
        most_deducted=draw(limit),
    )


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    denominator = draw(st.integers(0, 40))
    value = draw(st.none() | VALUES)
    numerator = draw(st.integers(0, denominator))
    minimum = draw(st.integers(0, 30))
    return reading(None if value is None else str(value), numerator, denominator, minimum=minimum)


@st.composite
def scored(draw: st.DrawFn) -> tuple[Scheme, Mapping[str, Reading]]:
    """Draw a scheme with a reading for each of its lines."""
    made = draw(schemes())
    return made, {one.code: draw(readings()) for one in made.lines()}
