"""The explanation of a limit in Chinese."""

from datetime import date

import pytest

from services.notify.monitoring.domain import standing
from services.notify.monitoring.wording import explained
from shared.clock import at_local
from shared.service_limits import Pause, Promise
from shared.workdays import WorkCalendar
from tests.notify.monitoring.made import service

PAUSE = Pause(at_local(date(2023, 6, 20), 15), at_local(date(2023, 6, 29), 11))
COUNTED = "承诺10个工作日，自受理次日起算，末日遇休息日顺延，应于2023年6月27日前办结"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, COUNTED),
        ({"pauses": (PAUSE,)}, f"{COUNTED}，当日终了时仍在暂停的日子不计，顺延至2023年7月5日"),
        ({"pauses": (Pause(PAUSE.start),)}, f"{COUNTED}，2023年6月20日起暂停，恢复后顺延"),
        (
            {"promise": Promise("instant")},
            "即办件，受理当日办结，遇休息日顺延至下一工作日，应于2023年6月12日前办结",
        ),
        (
            {"promise": Promise("promised", due_on=date(2023, 6, 24))},
            "按来源载明的期限，应于2023年6月24日前办结",
        ),
        ({"promise": Promise("promised")}, "来源未载明承诺时限，不计时"),
        ({"promise": Promise("promised", 900, "years")}, "来源载明的时限超出一百年，视为无效，不计时"),
        ({"accepted_at": None}, "尚未收到受理信息，不计时"),
        (
            {"accepted_at": at_local(date(2026, 12, 31), 9), "promise": Promise("promised", 3, "days")},
            "承诺3日，自受理次日起算，末日遇休息日顺延，应于2027年1月4日前办结，2027年放假安排未公布，此为暂定",
        ),
    ],
)
def test_a_limit_says_how_it_came_about(changes: dict[str, object], text: str) -> None:
    watched = service(**changes)

    assert explained(watched, standing(watched, WorkCalendar())) == text
