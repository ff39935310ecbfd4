"""The forms of returns that are shipped: one JSON file each, named by it."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any


@functools.cache
def shipped() -> Mapping[str, Any]:
    """Give all shipped forms by name."""
    files = sorted(Path(__file__).parent.glob("*.json"))
    return MappingProxyType({file.stem: json.loads(file.read_text("utf-8")) for file in files})
