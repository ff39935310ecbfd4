"""What the inner services say of their routes, as committed by `make schemas`; read once, when it is first needed."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "services"
SERVICES = ("tasks", "notify", "metrics")
Node = dict[str, Any]
REFERENCE = "#/components/schemas/"


@cache
def described(service: str) -> Node:
    """Give `paths` (path → method → operation) and `schemas` (name → schema) of a service."""
    found: Node = json.loads((FOLDER / f"{service}.json").read_text("utf-8"))
    return found


def operation_of(service: str, method: str, path: str) -> Node:
    """Give parameters, body and answers of an inner route; empty for one that is not described."""
    found: Node = (
        described(service)["paths"].get(path, {}).get(method.lower(), {}) if service in SERVICES else {}
    )
    return found


def all_schemas() -> Node:
    """Give the schemas of all services; their names begin with the service."""
    return {name: one for service in SERVICES for name, one in described(service)["schemas"].items()}


def body_properties(service: str, method: str, path: str) -> Node:
    """Give the fields of the JSON body of an inner route; empty for one without."""
    content = operation_of(service, method, path).get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").removeprefix(REFERENCE)
    found: Node = described(service)["schemas"][name].get("properties", {}) if name else {}
    return found
