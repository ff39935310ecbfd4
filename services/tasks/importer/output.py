"""Records as JSON lines, with the field names of the console interface."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, is_dataclass
from datetime import date


def to_json_lines(records: Iterable[object]) -> Iterator[str]:
    """Give one JSON object for each record, in one line each; dates are ISO dates."""
    for record in records:
        if not is_dataclass(record) or isinstance(record, type):
            raise TypeError(f"no record: {record!r}")
        yield json.dumps(asdict(record), ensure_ascii=False, default=date.isoformat)
