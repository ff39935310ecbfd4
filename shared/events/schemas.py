"""The contract of all events: JSON Schemas, golden examples and AsyncAPI; exported, committed, and compared.

Invariant: no reader is broken unawares. Adding an optional property is compatible; anything else needs a new version of
the type beside the old one.
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

import shared.events
from shared.events import asyncapi, examples
from shared.events.envelope import Event, models

FOLDER = Path(__file__).parent / "schemas"
Schema = dict[str, Any]


def current() -> dict[str, Schema]:
    """Give the schema of every event type."""
    return {name: model.model_json_schema(mode="validation") for name, model in published().items()}


def published() -> dict[str, type[Event]]:
    """Give the model of every event type, after importing every feed's module."""
    for module in pkgutil.iter_modules(shared.events.__path__):
        importlib.import_module(f"shared.events.{module.name}")
    return {
        name: model
        for name, model in sorted(models().items())
        if model.__module__.startswith("shared.events.")
    }


def committed() -> dict[str, Schema]:
    """Give the schemas that stand in the repository."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def breaks(old: Schema, new: Schema) -> list[str]:
    """List what in `new` would break a reader of `old`; empty when it is compatible."""
    old_properties, new_properties = old.get("properties", {}), new.get("properties", {})
    gone = [f"property {name} is gone" for name in old_properties if name not in new_properties]
    changed = [
        f"property {name} changed its meaning"
        for name, was in old_properties.items()
        if name in new_properties and _meaning(was) != _meaning(new_properties[name])
    ]
    required = set(new.get("required", ())) - set(old.get("required", ())) - set(old_properties)
    loosened = set(old.get("required", ())) - set(new.get("required", ()))
    parts = [
        f"{name}: {reason}"
        for name, was in old.get("$defs", {}).items()
        for reason in breaks(was, new.get("$defs", {}).get(name, {}))
    ]
    missing = [f"property {name} is new and required" for name in sorted(required)]
    optional = [f"property {name} is no longer always there" for name in sorted(loosened)]
    return [*gone, *changed, *missing, *optional, *parts]


def _meaning(schema: Schema) -> Schema:
    """Leave out what only explains."""
    return {key: value for key, value in schema.items() if key not in {"title", "description", "default"}}


def main() -> int:
    """Write the schemas; refuse, with the reasons, when one would break a reader."""
    new, old = current(), committed()
    reasons = [f"{name}: {reason}" for name in old for reason in breaks(old[name], new.get(name, {}))]
    for reason in reasons:
        sys.stderr.write(f"{reason}; publish a new version of the type beside the old one\n")
    if reasons:
        return 1
    FOLDER.mkdir(exist_ok=True)
    for name, schema in new.items():
        text = json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", "utf-8")
    _write_contract()
    return 0


def _write_contract() -> None:
    """Write the golden events, byte for byte as readers get them, and the AsyncAPI documents."""
    for folder in (examples.FOLDER, asyncapi.FOLDER):
        folder.mkdir(exist_ok=True)
    for name, model in published().items():
        (examples.FOLDER / f"{name}.json").write_bytes(examples.golden(model) + b"\n")
    for feed, document in asyncapi.documents(published()).items():
        text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
        (asyncapi.FOLDER / f"{feed}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
