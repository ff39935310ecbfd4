"""A dense text is cut into sentences that know where they begin: pure."""

import pytest

from services.tasks.importer.dense import Dense
from services.tasks.importer.soft_lines import Line


def sentences(text: str) -> list[tuple[str, int]]:
    return [(piece.text, piece.start) for piece in Dense([Line(text, text, 1)]).sentences()]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("一句。两句；三句", [("一句", 0), ("两句", 3), ("三句", 6)]),
        ("一句。 。；两句！", [("一句", 0), ("两句", 5)]),
        ("。", []),
        ("", []),
    ],
)
def test_sentences_are_cut_at_full_stops_and_never_empty(text: str, cut: list[tuple[str, int]]) -> None:
    assert sentences(text) == cut


def test_what_runs_on_without_a_full_stop_is_cut_by_its_length() -> None:
    assert [(len(text), start) for text, start in sentences("字" * 2000)] == [(1500, 0), (500, 1500)]
