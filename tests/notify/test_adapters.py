import json
import logging

import pytest

from services.notify import handlers
from services.notify.adapters import LogChannel
from services.notify.domain import Result
from services.notify.ports import Letter
from shared.telemetry import JsonFormatter


async def test_the_log_channel_writes_one_json_line_for_each_notice(caplog: pytest.LogCaptureFixture) -> None:
    letter = Letter("n-1", 2, "log", "u1", "t1", "due", "【到时提醒】请按时办结。")

    with caplog.at_level(logging.INFO, "duban.notices"):
        outcome = await LogChannel().send(letter)

    line = json.loads(JsonFormatter("notify").format(caplog.records[0]))
    assert outcome.result is Result.SENT
    assert (line["message"], line["notice_id"], line["attempt"]) == ("【到时提醒】请按时办结。", "n-1", 2)


def test_every_event_that_a_notice_depends_on_has_a_handler() -> None:
    handled = handlers.build_handlers().one

    assert {"cn.duban.supervision.clock.started.v1", "cn.duban.supervision.task.closed.v1"} <= set(handled)
