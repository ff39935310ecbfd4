"""JSON logs with trace ids, and the trace context that requests and events carry (W3C traceparent)."""

import json
import logging
import random
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

_TRACEPARENT: ContextVar[str] = ContextVar("traceparent", default="")
_PATTERN = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_RESERVED = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def current_traceparent() -> str:
    """Give the trace context of the request or event at hand, or an empty string."""
    return _TRACEPARENT.get()


def continue_trace(traceparent: str | None) -> str:
    """Make `traceparent` the current trace, or begin a new one when it is missing or malformed; gives it back."""
    if traceparent is None or not _PATTERN.fullmatch(traceparent):
        # No secret: the system's random source would give the interpreter lock away at every request.
        traceparent = f"00-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-01"
    _TRACEPARENT.set(traceparent)
    return traceparent


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, service, logger, message, trace, and the `extra` fields."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace := current_traceparent():
            line["trace_id"] = trace.split("-")[1]
        line |= {key: value for key, value in vars(record).items() if key not in _RESERVED}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logging(service: str, *, level: str = "INFO") -> None:
    """Send all logs of the process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
