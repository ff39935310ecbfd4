"""How the notices of two forecasts differ."""

from datetime import date

from services.notify.forecast.domain import ForecastNotice
from services.notify.forecast.domain_notices import MovedNotice, notices_difference
from tests.notify.made import JUNE_30, at


def notice(name: str, hour: int = 9) -> ForecastNotice:
    planned_at = at(date(2023, 6, 27), hour)
    return ForecastNotice(name, "t1", "finish", at(JUNE_30, 18), "warned", -3, 1, "u1", planned_at, "请办理")


def test_notices_that_stay_are_no_difference() -> None:
    found = notices_difference([notice("n1")], [notice("n1")])

    assert (found.added, found.dropped, found.moved) == ([], [], [])
    assert found.summary == "0 条提醒变化：新增 0，减少 0，改期 0"


def test_notices_come_go_and_move_by_their_ids() -> None:
    found = notices_difference([notice("n1"), notice("n2")], [notice("n2", 11), notice("n3")])

    assert (found.added, found.dropped) == ([notice("n3")], [notice("n1")])
    assert found.moved == [MovedNotice(notice("n2"), notice("n2", 11))]
    assert found.summary == "3 条提醒变化：新增 1，减少 1，改期 1"
