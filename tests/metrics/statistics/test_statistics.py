"""The month of 好差评 by source and unit, as figures and as a workbook."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from services.metrics.statistics import service
from services.metrics.statistics.domain import Line, percentile
from services.metrics.statistics.service import Statistics
from services.metrics.statistics.writing import HEADERS, write_xlsx
from shared.database import Database
from shared.events import supervision
from shared.testing import envelope
from tests.metrics import factories as make
from tests.metrics.factories import DAY, NOW
from tests.metrics.rates import made
from tests.metrics.rates.made import A, B
from tests.metrics.test_api import answer, ask

UNIT = supervision.UnitRegistered(unit_id="u1", name="政务中心", kind="centre", codes=(A,))


async def tell_month(db: Database) -> None:
    """Tell of ten ratings of A, which came 0 to 9 minutes late, one of B, one of May; one bad, put right late."""
    own = [make.rating(n, unit_code=A, source_id="s", level=1 if n == 0 else 5) for n in range(10)]
    others = [
        make.rating(20, unit_code=B, is_default=True),
        make.rating(21, unit_code=B, rated_at=NOW - 30 * DAY),
    ]
    await make.tell(db, *make.told(UNIT))
    told = [envelope(one, sequence=n + 1, time=NOW + timedelta(minutes=n)) for n, one in enumerate(own)]
    await make.hand_over(db, [*told, *(envelope(one, sequence=99) for one in others)])
    rating = own[0].rating_id
    await made.tell(db, made.opened("t", rating), made.rectified("t", rating, late=True), first=100)
    await made.tell(db, made.called_back("t", rating), first=110)


async def counted(db: Database) -> Statistics:
    async with db.reading() as session:
        return await (await session.connection()).run_sync(service.statistics, "2023-06", NOW)


@pytest.mark.slow
async def test_a_line_counts_levels_channels_delays_and_what_was_put_right(db: Database) -> None:
    await tell_month(db)

    found = await counted(db)

    month = found.lines[Line(A, "s")]
    assert list(found.lines) == [Line(A, "s"), Line(B, "")]
    assert (month.ratings, month.by("level"), month.by("channel")) == (10, {"1": 1, "5": 9}, {"pc": 10})
    assert (month.delay(50), month.delay(95)) == (240, 540)
    rectified = month.rectified
    assert (rectified.opened, rectified.done, rectified.in_time, rectified.called_back) == (1, 1, 0, 1)
    assert (found.total.ratings, found.total.default) == (11, 1)


@pytest.mark.parametrize(("percent", "expected"), [(1, 1), (50, 1), (51, 5), (95, 9), (100, 9)])
def test_a_percentile_is_a_value_that_occurs(percent: int, expected: int) -> None:
    assert percentile({1: 5, 5: 4, 9: 1}, percent) == expected


def test_nothing_has_no_percentile() -> None:
    assert percentile({}, 50) is None


async def test_the_workbook_has_a_title_a_line_for_each_and_the_sum(file_db: Database) -> None:
    await tell_month(file_db)

    sheet: Any = openpyxl.load_workbook(io.BytesIO(write_xlsx(await counted(file_db)))).active

    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "2023年6月政务服务“好差评”统计表"
    assert rows[2] == HEADERS
    assert [row[1:5] for row in rows[3:]] == [
        ("政务中心", "s", 10, 0),
        (B, None, 1, 1),
        ("合计", None, 11, 1),
    ]
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$3")


async def test_a_code_that_looks_like_a_formula_stays_a_text(file_db: Database) -> None:
    await made.tell(file_db, make.rating(1, unit_code="=1+1"))

    sheet: Any = openpyxl.load_workbook(io.BytesIO(write_xlsx(await counted(file_db)))).active

    assert (sheet["B4"].value, sheet["B4"].data_type) == ("=1+1", "s")


@pytest.mark.slow
async def test_the_month_is_shown_as_json_and_handed_out_as_a_file(file_db: Database, tmp_path: Path) -> None:
    await tell_month(file_db)

    shown = await answer(tmp_path, "/ratings/statistics?month=2023-06")
    file = await ask(tmp_path, "/ratings/statistics.xlsx")

    line = shown["items"][0]
    assert (line["unit_name"], line["ratings"], line["delay_p95"]) == ("政务中心", 10, 540)
    assert line["rectification"]["done"] == 1
    assert (file.status_code, file.content[:2]) == (200, b"PK")
    assert "%E5%A5%BD%E5%B7%AE%E8%AF%84" in file.headers["content-disposition"]


@pytest.mark.parametrize("month", ["2023", "2023-13", "June"])
async def test_a_month_that_is_none_is_refused(tmp_path: Path, month: str) -> None:
    response = await ask(tmp_path, f"/ratings/statistics?month={month}")

    assert (response.status_code, response.json()["code"]) == (422, "statistics.month")
