"""The forms that are shipped, one JSON file each, and the code lists that they name."""

import json
from functools import cache
from importlib import resources
from typing import Any

LISTS = "lists"


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """Give the forms by name, as data."""
    return {name: content for name, content in _files().items() if name != LISTS}


@cache
def lists() -> dict[str, dict[str, Any]]:
    """Give the code lists: sort → name → title and codes."""
    return _files()[LISTS]


@cache
def _files() -> dict[str, dict[str, Any]]:
    found = sorted(
        (one for one in resources.files(__package__).iterdir() if one.name.endswith(".json")),
        key=lambda one: one.name,
    )
    return {one.name.removesuffix(".json"): json.loads(one.read_text("utf-8")) for one in found}
