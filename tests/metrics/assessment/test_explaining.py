"""From a rank to the events in two steps: the explanation of any score adds up to it, in the API and in the reports."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.metrics.assessment.periods import counting
from services.metrics.assessment.periods.domain import span_of
from services.metrics.assessment.schemes.domain import Scheme
from services.metrics.assessment.scoring.domain_scores import Score, score
from services.metrics.measuring.domain import Scope
from shared.database import Database
from tests.metrics.assessment import made, oracle
from tests.metrics.assessment.faked import AFTER, PERIOD, Desk, Fact, FakeMeasures, closed

SCORES = f"/periods/{PERIOD}/scores"
NOBODY: Any = None  # The fakes need no connection.


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Scheme, FakeMeasures, dict[str, str]]:
    """Draw a scheme, facts of every measure that it names, and cases that are exempted."""
    scheme = draw(made.schemes())
    measures = FakeMeasures()
    for _line, measure in scheme.measures():
        for number in range(draw(st.integers(0, 12))):
            measures.facts.append(Fact(measure, "u1", f"{measure}-{number}", draw(st.booleans())))
    subjects = [fact.subject for fact in measures.facts]
    exempted = draw(st.lists(st.sampled_from(subjects), max_size=3)) if subjects else []
    return scheme, measures, dict.fromkeys(exempted, "exemption-1")


def scored(
    scheme: Scheme, measures: FakeMeasures, exempted: dict[str, str]
) -> tuple[counting.Setting, Score]:
    made_up = counting.Setting(scheme, span_of("2023-Q2"), AFTER, {"u1": exempted})
    readings = {line.code: counting.read(NOBODY, measures, made_up, line, "u1") for line in scheme.lines()}
    return made_up, score(scheme, readings, unit_id="u1", class_code="departments")


@pytest.mark.slow
@given(worlds())
@settings(max_examples=50, deadline=None)
def test_the_facts_behind_any_score_add_up_to_it(world: tuple[Scheme, FakeMeasures, dict[str, str]]) -> None:
    scheme, measures, exempted = world
    _setting, found = scored(scheme, measures, exempted)
    reads = {code: counted(measures, measure, scheme, code, exempted) for code, measure in scheme.measures()}

    expected = oracle.total(scheme.model_dump(mode="json"), reads)

    assert sum(line.points for line in found.lines) == (found.total or 0)
    assert (found.total is None) == (expected is None)
    assert expected is None or found.total == Decimal(expected[0]) / 100


def counted(
    measures: FakeMeasures, measure: str, scheme: Scheme, code: str, exempted: dict[str, str]
) -> dict[str, Any]:
    """Count the facts of a line by hand."""
    is_deduction = any(case.code == code and case.points < 0 for case in scheme.cases)
    facts = [
        fact
        for fact in measures.facts
        if fact.measure == measure and not (is_deduction and fact.subject in exempted)
    ]
    good = sum(fact.good for fact in facts)
    value = str(Decimal(100 * good) / len(facts)) if len(facts) >= 3 else None
    return {"value": value, "numerator": good, "denominator": len(facts), "minimum": 3}


@given(worlds())
@settings(max_examples=20, deadline=None)
def test_each_line_leads_to_as_many_facts_as_it_counts(
    world: tuple[Scheme, FakeMeasures, dict[str, str]],
) -> None:
    setting, found = scored(*world)

    for line, rule in zip(found.lines, world[0].lines(), strict=False):
        assert line.reading is not None
        name, scope = counting.scope_of(setting, rule, "u1", line.reading.left_out)
        assert parts(world[1], name, scope) == (
            line.reading.numerator,
            line.reading.denominator,
        )


def parts(measures: FakeMeasures, name: str, scope: Scope) -> tuple[int, int]:
    good = measures.rows_behind(NOBODY, name, scope, part="numerator", page=("", 500))
    there = measures.rows_behind(NOBODY, name, scope, part="denominator", page=("", 500))
    return len(good), len(there)


async def test_two_steps_lead_from_a_rank_to_the_events(file_db: Database) -> None:
    desk = await closed(file_db)

    first = await desk.said("GET", f"{SCORES}/u3")
    late = first["lines"][1]
    link = late["rows"]["denominator"].removeprefix("/assessment")
    second = await desk.said("GET", link)

    assert (first["score"]["rank"], late["points"], late["rule"]) == (3, "-2.00", "每件扣1分，最多扣5分")
    assert late["explanation"] == "2件 × -1分，计-2分"
    assert [(one["stream"], one["sequence"]) for one in second["items"] if one["part"] == "denominator"] == [
        ("supervision", 29),
        ("supervision", 30),
    ]
    assert first["lines"][0]["explanation"] == "80%（8/10），得100分的50%，计50分"
    assert sum(Decimal(line["points"]) for line in first["lines"]) == Decimal(first["score"]["total"])


async def test_facts_come_in_pages(file_db: Database) -> None:
    desk = await closed(file_db)
    path = f"{SCORES}/u1/lines/on_time/rows?limit=6"

    first = await desk.said("GET", path)
    second = await desk.said("GET", f"{path}&after={first['after']}")

    assert (len(first["items"]), len(second["items"]), second["after"]) == (6, 4, None)
    assert await desk.refused("GET", f"{SCORES}/u1/lines/stars/rows") == (404, "line.unknown")
    assert await desk.refused("GET", f"{SCORES}/u9") == (404, "score.unknown")
    assert await desk.refused("GET", f"{SCORES}/u1?run=9") == (404, "run.unknown")


async def test_a_line_is_explained_as_it_was_counted(file_db: Database) -> None:
    desk = await closed(file_db)
    desk.measures.tell("u3", 0, 3, told_at=datetime(2023, 7, 5, tzinfo=UTC))

    rows = await desk.said("GET", f"{SCORES}/u3/lines/late/rows?part=denominator")

    assert len(rows["items"]) == 10


async def written(desk: Desk, kind: str) -> bytes:
    answer = await desk.ask("GET", f"{SCORES}/u3/report.{kind}")
    assert answer.status_code == 200, answer.text
    assert f"score.{kind}" in answer.headers["content-disposition"]
    return answer.content


async def test_the_word_report_says_each_point_with_its_rule_and_facts(file_db: Database) -> None:
    desk = await closed(file_db)

    content = await written(desk, "docx")

    document = docx.Document(io.BytesIO(content))
    lines, facts = document.tables
    points = [Decimal(row.cells[-1].text) for row in lines.rows[1:]]
    assert sum(points[:-1]) == points[-1] == 48
    assert [cell.text for cell in facts.rows[-1].cells][:3] == ["未按时", "只计入分母", "u3-m.on_time-029"]
    assert "第2次计分" in document.paragraphs[3].text
    assert content == await written(desk, "docx")


async def test_the_workbook_says_the_same(file_db: Database) -> None:
    desk = await closed(file_db)

    content = await written(desk, "xlsx")

    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = list(book["得分"].iter_rows(values_only=True))
    assert (rows[0][0], rows[-1][0], rows[-1][4]) == ("部门u32023-Q2考核得分说明", "合计", "48")
    assert book["明细"].max_row == 1 + 20
    assert content == await written(desk, "xlsx")
