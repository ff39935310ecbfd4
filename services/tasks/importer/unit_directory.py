"""The directory of units: canonical names with their kinds and aliases; it is data that a user edits."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from services.tasks.importer.errors import UnreadableDocument
from services.tasks.importer.records import Lines, Task, Unit, UnitKind
from services.tasks.importer.text import squeeze
from services.tasks.importer.units import guess_kind, resolve


@dataclass(frozen=True, slots=True)
class UnitDirectory:
    """Aliases to canonical names, and the kinds of the canonical ones; an empty one changes nothing."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, UnitKind] = field(default_factory=dict)


def read_directory(name: str, text: str) -> UnitDirectory:
    """Read a directory file: a JSON list of {canonical, kind, aliases}.

    Raises:
        UnreadableDocument: it is no such list, or one alias stands for two units.
    """
    aliases: dict[str, str] = {}
    kinds: dict[str, UnitKind] = {}
    for entry in _entries(name, text):
        canonical = squeeze(entry["canonical"])
        kinds[canonical] = entry["kind"]
        for alias in (canonical, *map(squeeze, entry.get("aliases", []))):
            if aliases.setdefault(alias, canonical) != canonical:
                raise UnreadableDocument(
                    name,
                    problem="一个别名对应两个单位",
                    value=alias,
                    remedy=f"请只留“{canonical}”或“{aliases[alias]}”之一",
                )
    return UnitDirectory(aliases, kinds)


def _entries(name: str, text: str) -> list[dict[str, Any]]:
    try:
        entries = json.loads(text)
    except ValueError as error:
        raise UnreadableDocument(
            name, problem="不是 JSON", value=str(error), remedy="请检查引号和逗号"
        ) from error
    for entry in entries if isinstance(entries, list) else [entries]:
        if not _is_entry(entry):
            raise UnreadableDocument(
                name,
                problem="单位条目格式不对",
                value=json.dumps(entry, ensure_ascii=False)[:80],
                remedy='每条应为 {"canonical": 名称, "kind": 类别, "aliases": [别名]}',
            )
    return list(entries) if isinstance(entries, list) else [entries]


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or entry.get("kind") not in get_args(UnitKind):
        return False
    names = [entry.get("canonical"), *_listed(entry.get("aliases", []))]
    return all(isinstance(name, str) and name.strip() for name in names)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [None]


def units_of(tasks: Iterable[Task], directory: UnitDirectory) -> tuple[Unit, ...]:
    """List the units that tasks name, most often named first; each printed name is a record of its own."""
    mentions: Counter[str] = Counter()
    places: dict[str, Lines] = {}
    for task in tasks:
        for name in (*task.lead, *task.responsible, *task.cooperating):
            mentions[name] += 1
            places.setdefault(name, task.lines)
    return tuple(_unit(name, count, places[name], directory) for name, count in mentions.most_common())


def _unit(name: str, mentions: int, lines: Lines, directory: UnitDirectory) -> Unit:
    canonical = resolve(name, directory.aliases)
    kind = directory.kinds.get(canonical) or guess_kind(name)
    return Unit(name=name, canonical=canonical, kind=kind, mentions=mentions, lines=lines)
