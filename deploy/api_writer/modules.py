"""Which module has what: the operations under one first step of the path, and the models that only they use.

Invariant: what several modules use stands in `common`, so using a part of the API loads two modules at most.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from deploy.api_writer.annotations import Node, is_enumeration, references
from deploy.api_writer.models import class_of, ordered
from deploy.api_writer.names import python_names
from deploy.api_writer.operations import Operation, hoisted, method_of, operations

API = "/api/v1/"
COMMON, CLIENT = "common", "client"
_WRITTEN = "Written by `make schemas` from the OpenAPI document: change the routes, not this file."
# What a module may need, by the words that show that it does.
_LINES = {
    r"\bdt\.": "import datetime as dt",
    r"\bSequence\[": "from collections.abc import Sequence",
    r"\bAbstractContextManager\b": "from contextlib import AbstractContextManager",
    r"\bStrEnum\b": "from enum import StrEnum",
    r"\bhttpx\.": "import httpx",
    r"\bField\(": "from pydantic import Field",
}
_FROM = {
    "typing": {"Literal": r"\bLiteral\[", "TypeAlias": r"\bTypeAlias\b", "cast": r"\bcast\("},
    ".calls": {
        "Calls": r"\bCalls\b",
        "Json": r"\bJson\b",
        "JsonObject": r"\bJsonObject\b",
        "Model": r"\(Model\)",
        "in_path": r"\bin_path\(",
    },
}


class Package:
    """All modules of the client.

    Args:
        document: The OpenAPI document.
    """

    def __init__(self, document: Node) -> None:
        document = hoisted(document)
        self._all: Mapping[str, Node] = document["components"]["schemas"]
        self._groups: dict[str, list[Operation]] = defaultdict(list)
        for one in operations(document):
            self._groups[group_of(one.path)].append(one)
        self._homes = self._housed()

    def modules(self) -> dict[str, str]:
        """Give name → text of every module, not yet formatted."""
        common = [*self._classes(COMMON, self._shared)]
        found = {COMMON: _module("What several parts of the API use.", common, {})}
        found |= {name: self._group(name) for name in sorted(self._groups)}
        return found | {CLIENT: _client(sorted(self._groups))}

    def _housed(self) -> dict[str, str]:
        """Give schema → the module that it stands in."""
        homes: dict[str, str] = {}
        for group, members in sorted(self._groups.items()):
            for name in _reached(members, self._all):
                homes[name] = COMMON if name in homes else group
        return homes

    @cached_property
    def _shared(self) -> dict[str, str]:
        return python_names(self._of(COMMON))

    def _of(self, module: str) -> list[str]:
        return [name for name, home in self._homes.items() if home == module]

    def _classes(self, module: str, names: Mapping[str, str]) -> Iterator[str]:
        mine = {name: set(references(self._all[name])) for name in self._of(module)}
        for name in ordered(mine):
            yield class_of(names[name], name, self._all[name], lambda one: self._named(one, names))

    def _named(self, schema: str, names: Mapping[str, str]) -> str:
        return f"{names[schema]} | str" if is_enumeration(self._all[schema]) else names[schema]

    def _group(self, module: str) -> str:
        members = self._groups[module]
        names = self._shared | python_names(self._of(module), self._shared.values())
        methods = "\n".join(method_of(one, lambda name: self._named(name, names)) for one in members)
        steps = ", ".join(dict.fromkeys(f"/{_first_step(one.path)}" for one in members))
        tags = "、".join(dict.fromkeys(tag for one in members for tag in one.said.get("tags", ())))
        told = f"{steps} of the API ({tags})"
        main = (
            f'class {class_name(module)}:\n    """{told}."""\n\n'
            f"    def __init__(self, calls: Calls) -> None:\n        self.calls = calls\n\n{methods}"
        )
        return _module(f"{told}.", [*self._classes(module, names), main], self._shared)


def group_of(path: str) -> str:
    """Name the module of a path."""
    return re.sub(r"\W", "_", _first_step(path))


def class_name(module: str) -> str:
    """Name the class of a module."""
    return "".join(word.capitalize() for word in module.split("_")) + "Api"


def _first_step(path: str) -> str:
    return path.removeprefix(API).split("/", 1)[0]


def _reached(members: list[Operation], schemas: Mapping[str, Node]) -> set[str]:
    """Name all schemas that these operations can meet, but for failures."""
    waiting = [name for one in members for name in references(one.said)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += references(schemas[name])
    return found


def _module(told: str, parts: list[str], shared: Mapping[str, str]) -> str:
    body = "\n\n".join(parts)
    lines = [line for pattern, line in _LINES.items() if re.search(pattern, body)]
    for source, names in _FROM.items():
        if used := [name for name, pattern in names.items() if re.search(pattern, body)]:
            lines.append(f"from {source} import {', '.join(used)}")
    if used := [name for name in shared.values() if re.search(rf"\b{name}\b", body)]:
        lines.append(f"from .{COMMON} import {', '.join(sorted(used))}")
    return (
        f'"""{told}\n\n{_WRITTEN}\n"""\n\nfrom __future__ import annotations\n\n'
        + "\n".join(lines)
        + f"\n\n\n{body}"
    )


def _client(modules: list[str]) -> str:
    types = "\n".join(f"    from .{one} import {class_name(one)}" for one in modules)
    parts = "\n".join(
        f'    @cached_property\n    def {one}(self) -> {class_name(one)}:\n        """Give what is under /{one}."""\n'
        f"        from .{one} import {class_name(one)}\n\n        return {class_name(one)}(self.calls)\n"
        for one in modules
    )
    return _CLIENT.format(written=_WRITTEN, types=types, parts=parts)


_CLIENT = '''"""The client: each part of the API is loaded when it is first used.

{written}
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

import httpx

from .calls import TIMEOUT, Calls

if TYPE_CHECKING:
{types}


class Duban:
    """A client of a gateway; as a context manager it closes its connections.

    Args:
        url: Address of the gateway.
        key: API key; empty for what is open to everybody.
        timeout: Seconds.
        http: Instead of a client made of the address and the key.
        calls: Instead of plain calls, for one who wants other failures.
    """

    def __init__(
        self,
        url: str = "",
        *,
        key: str = "",
        timeout: float = TIMEOUT,
        http: httpx.Client | None = None,
        calls: type[Calls] = Calls,
    ) -> None:
        headers = {{"authorization": f"Bearer {{key}}"}} if key else {{}}
        self.http = http or httpx.Client(base_url=url, headers=headers, timeout=timeout)
        self.calls = calls(self.http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self.http.close()

{parts}'''
