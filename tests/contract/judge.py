"""Hooks of schemathesis, which runs in a process of its own: half of the ids that it sends are of things that exist."""

import json
import os
import zlib
from typing import Any

import schemathesis

KNOWN: dict[str, str] = json.loads(os.environ.get("KNOWN_IDS", "{}"))


@schemathesis.hook
def map_path_parameters(_context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:  # noqa: ANN401 - schemathesis's own.
    """Put known ids into every other path, the same at every run."""
    if not path_parameters or zlib.crc32(repr(path_parameters).encode()) % 2:
        return path_parameters
    return {name: KNOWN.get(name, value) for name, value in path_parameters.items()}


@schemathesis.serializer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def write_workbook(_context: Any, value: Any) -> bytes:  # noqa: ANN401 - schemathesis's own.
    """Send whatever it made up as the bytes of a workbook."""
    return value if isinstance(value, bytes) else repr(value).encode()
