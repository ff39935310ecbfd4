"""Logs are JSON lines that carry the trace of the request or event."""

import json
import logging
import sys

from shared.telemetry import JsonFormatter, configure_logging, continue_trace, current_traceparent

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def record(**extra: object) -> logging.LogRecord:
    found = logging.makeLogRecord({"msg": "told %s", "args": ("u-1",), "levelname": "INFO", "name": "notify"})
    found.__dict__.update(extra)
    return found


def test_a_line_names_service_message_trace_and_extra_fields() -> None:
    continue_trace(TRACE)

    line = json.loads(JsonFormatter("notify").format(record(task="t-1")))

    assert (line["service"], line["message"], line["task"]) == ("notify", "told u-1", "t-1")
    assert line["trace_id"] == "0af7651916cd43dd8448eb211c80319c"


def test_an_exception_stays_in_its_line() -> None:
    try:
        int("no such unit")
    except ValueError:
        text = JsonFormatter("notify").format(record(exc_info=sys.exc_info()))

    assert "no such unit" in json.loads(text)["exception"]


def test_a_malformed_trace_begins_a_new_one() -> None:
    trace = continue_trace("00-nonsense")

    assert trace == current_traceparent()
    assert len(trace.split("-")[1]) == 32


def test_all_loggers_write_json_to_standard_error() -> None:
    before = logging.getLogger().handlers[:]
    try:
        configure_logging("tasks")
        (handler,) = logging.getLogger().handlers
    finally:
        logging.getLogger().handlers = before

    assert isinstance(handler.formatter, JsonFormatter)
