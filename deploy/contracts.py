"""Writes what the inner services take and answer into the gateway, which publishes it, and our client of all that.

Invariant: the gateway's OpenAPI document says of an inner route what the code of its service says, and the client
has a method for each operation of the document.
"""

import base64
import importlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from deploy.api_writer.write import write
from services.gateway.contract.inner import FOLDER, SERVICES, described
from shared.clock import LiveClock

Document = dict[str, Any]
# What an inner service reads of the gateway's call; no caller from outside sends it.
_BETWEEN_US = frozenset({"x-duban-principal", "traceparent"})
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_TIME_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$"
_NOWHERE = SecretStr("unix:///nowhere")  # Nothing is opened to describe an app.
_SECRET = SecretStr(base64.b64encode(bytes(32)).decode())  # The same.


def current() -> dict[str, Document]:
    """Describe every inner service as its code is now."""
    return {service: _slim(service, _openapi(service)) for service in SERVICES}


def text_of(document: Document) -> str:
    """Write a description as it is committed: one route, or one schema, a line."""
    return "{" + ",\n".join(_part(name, document[name]) for name in sorted(document)) + "}\n"


def _part(name: str, part: Document) -> str:
    return f'"{name}": {{\n' + ",\n".join(_lines(part)) + "\n}"


def _lines(part: Document) -> Iterator[str]:
    for name, one in sorted(part.items()):
        yield f"{json.dumps(name)}: {json.dumps(one, ensure_ascii=False, sort_keys=True)}"


def public() -> Document:
    """Give the OpenAPI document of the public API, with the inner routes as they are committed."""
    found: Document = _built("gateway", vault_key=_SECRET, archive_key=_SECRET).public.openapi()
    return found


def _openapi(service: str) -> Document:
    found: Document = _built(service).openapi()
    return found


def _built(service: str, **more: SecretStr) -> Any:  # noqa: ANN401 - the apps of a service.
    module = importlib.import_module(f"services.{service}.app")
    settings = importlib.import_module(f"services.{service}.settings").Settings(
        redis_url=_NOWHERE,
        principal_secret=_SECRET,
        **{f"{service}_database_url": SecretStr("sqlite:///nowhere")},
        **more,
    )
    return module.build(settings, clock=LiveClock())


def _slim(service: str, document: Document) -> Document:
    """Keep what callers outside have to know, under names that no other service uses."""
    rename = _renaming(service)
    paths = {
        path: {method: _operation(operation) for method, operation in item.items()}
        for path, item in document["paths"].items()
        if path not in _PROBES
    }
    schemas = {rename(name): _untitled(one) for name, one in document["components"]["schemas"].items()}
    slim: Document = _renamed({"paths": paths, "schemas": schemas}, rename)
    return slim


def _operation(operation: Mapping[str, Any]) -> Document:
    parameters = [_untitled(one) for one in operation.get("parameters", ()) if one["name"] not in _BETWEEN_US]
    answers = {
        status: {"content": _untitled(answer.get("content", {}))}
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    }
    body = {"requestBody": _untitled(operation["requestBody"])} if "requestBody" in operation else {}
    return {"parameters": parameters, "responses": answers, **body}


def _untitled(node: Any) -> Any:  # noqa: ANN401 - any JSON.
    """Leave out the titles that are made of names; a property may be called `title`.

    A time of day has no zone with us, which the format `time` of JSON Schema wants (RFC 3339).
    """
    if isinstance(node, list):
        return [_untitled(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "time" and node.get("type") == "string":
        node = {name: one for name, one in node.items() if name != "format"} | {"pattern": _TIME_OF_DAY}
    return {name: _untitled(one) for name, one in node.items() if name != "title" or not isinstance(one, str)}


def _renaming(service: str) -> Callable[[str], str]:
    def rename(name: str) -> str:
        return f"{service}.{name.removeprefix(f'services__{service}__').replace('__', '.')}"

    return rename


def _renamed(node: Any, rename: Callable[[str], str]) -> Any:  # noqa: ANN401 - any JSON.
    prefix = "#/components/schemas/"
    if isinstance(node, list):
        return [_renamed(one, rename) for one in node]
    if isinstance(node, dict):
        return {name: _renamed(one, rename) for name, one in node.items()}
    if isinstance(node, str) and node.startswith(prefix):
        return prefix + rename(node.removeprefix(prefix))
    return node


def main() -> int:
    """Write the descriptions, then the client."""
    for service, document in current().items():
        (FOLDER / f"{service}.json").write_text(text_of(document), "utf-8")
    described.cache_clear()
    write(public())
    return 0


if __name__ == "__main__":
    sys.exit(main())
