"""Whole answers for gateways that are made up: a test says what it looks at, the model gives the rest."""

from typing import Any

from deploy.api_client import Model
from tests.deploy.api_client.samples import Samples

_DEFS = "#/$defs/"


def whole(kind: type[Model], /, **known: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON.
    """Give an answer of this kind, in which every field that must be there is there."""
    schema = kind.model_json_schema()
    samples = Samples({_DEFS + name: one for name, one in schema.get("$defs", {}).items()})
    fields = {name: schema["properties"][name] for name in schema.get("required", ()) if name not in known}
    found = {name: samples.of(one) for name, one in fields.items()} | known
    kind.model_validate(found)
    return found
