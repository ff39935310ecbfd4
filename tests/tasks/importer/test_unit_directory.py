import json
from pathlib import Path

import pytest

from deploy.catalogue import UNITS_FILE
from services.tasks.importer import (
    UnitDirectory,
    UnreadableDocument,
    document_of,
    parse,
    read_directory,
    read_directory_file,
)

PLAN = "某市方案\n1.甲。（责任单位：发改委、财政局）\n2.乙。（责任单位：发改委）\n"


def test_printed_names_resolve_through_aliases_and_are_counted() -> None:
    directory = UnitDirectory({"发改委": "发展和改革委员会"}, {"发展和改革委员会": "department"})

    units = parse(document_of("a.txt", PLAN), directory).units

    assert [(unit.name, unit.canonical, unit.kind, unit.mentions, unit.lines) for unit in units] == [
        ("发改委", "发展和改革委员会", "department", 2, (2, 2)),
        ("财政局", "财政局", "department", 1, (2, 2)),
    ]


def test_a_directory_is_a_list_of_units_with_aliases(tmp_path: Path) -> None:
    path = tmp_path / "units.json"
    path.write_text('[{"canonical": "甲 局", "kind": "department", "aliases": ["甲"]}]', encoding="utf-8")

    directory = read_directory_file(path)

    assert dict(directory.aliases) == {"甲局": "甲局", "甲": "甲局"}
    assert dict(directory.kinds) == {"甲局": "department"}


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "3",
        '[{"canonical": "甲局"}]',
        '[{"canonical": "甲局", "kind": "other"}]',
        '[{"canonical": "", "kind": "department"}]',
        '[{"canonical": "甲局", "kind": "department", "aliases": "甲"}]',
        '[{"canonical": "甲局", "kind": "department", "aliases": [3]}]',
    ],
)
def test_what_is_no_directory_is_refused_by_name(text: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"units\.json"):
        read_directory("units.json", text)


def test_an_alias_of_two_units_is_refused() -> None:
    entries = [{"canonical": name, "kind": "department", "aliases": ["办"]} for name in ("甲办", "乙办")]

    with pytest.raises(UnreadableDocument, match="一个别名对应两个单位"):
        read_directory("units.json", json.dumps(entries))


def test_the_directory_of_the_catalogue_loads() -> None:
    directory = read_directory_file(UNITS_FILE)

    assert (len(directory.aliases), len(directory.kinds)) == (57, 44)
