import json
import logging

import pytest

from services.notify.channels.log import LogChannel
from services.notify.domain import Result
from services.notify.domain_parcels import Letter
from services.notify.ports import Parcel
from shared.clock import end_of_day
from shared.telemetry import JsonFormatter
from tests.notify.made import JUNE_30


async def test_the_log_channel_writes_one_json_line_for_each_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    letter = Letter("n-1", "t1", "due", end_of_day(JUNE_30), "【到时提醒】请按时办结。")
    parcel = Parcel("p-1", 2, "log", "u1", urgent=False, letters=(letter,), text="督办提醒共1条")

    with caplog.at_level(logging.INFO, "duban.notices"):
        outcome = await LogChannel().send(parcel)

    line = json.loads(JsonFormatter("notify").format(caplog.records[0]))
    assert outcome.result is Result.SENT
    assert (line["message"], line["parcel_id"], line["attempt"]) == ("督办提醒共1条", "p-1", 2)
    assert line["notice_ids"] == ["n-1"]
