"""What judges the year is judged itself: the oracle by limits counted by hand, the search by what it must find."""

import json
from pathlib import Path

import pytest

from tests.drill.feeds import planted, search
from tests.drill.feeds.made import Size, Year, line_of, time_of
from tests.drill.feeds.oracle import Oracle, Question
from tests.drill.feeds.persons import all_words
from tests.drill.feeds.persons import planted as fifty
from tests.drill.feeds.play import ENDS

ON_TIME = Question("services.on_time", "item")
COUNTED = list(planted.services())


@pytest.mark.parametrize(("name", "records", "counted"), COUNTED, ids=[one[0] for one in COUNTED])
def test_the_oracle_finds_the_limit_that_a_person_counted(
    name: str, records: list[planted.Record], counted: planted.Counted
) -> None:
    oracle = Oracle(ENDS.replace(tzinfo=None), {}, [ON_TIME])

    oracle.read(json.dumps({"at": time_of(one), "source": "planted", "record": one}) for one in records)

    ((numerator, denominator, left_out),) = oracle.figures[ON_TIME].values()
    said = {(1, 1): "in", (0, 1): "out"}.get((numerator, denominator)) or next(iter(left_out))
    late = {(f"planted.{name}", counted.due)} if counted.said == "out" else set()
    assert (said, {tuple(one) for one in oracle.overdue}) == (counted.said, late)


def _year() -> Year:
    return Year(Size(5_000), fifty())


def test_a_seed_gives_the_same_year_again_and_plants_everybody() -> None:
    first, again = ("\n".join(line_of(one) for _, day in _year().days() for one in day) for _ in range(2))

    assert first == again
    assert [person.name for person in fifty() if person.certificate not in first] == []
    assert len(all_words(fifty())) == 50 * 5


@pytest.mark.parametrize("coding", ["utf-8", "gb18030", "utf-16-le", "json"])
def test_a_planted_word_is_found_however_it_is_written(tmp_path: Path, coding: str) -> None:
    word = fifty()[7].address
    written = json.dumps(word).encode() if coding == "json" else word.encode(coding)
    (tmp_path / "some.db").write_bytes(bytes(range(256)) * 50 + written + b"\x00\xff")
    (tmp_path / "other.db").write_bytes(bytes(range(256)) * 50)

    found = search.in_files(tmp_path, search.forms(all_words(fifty())))

    assert [*found] == ["some.db"]


def test_what_has_a_line_end_in_it_is_found_by_its_longest_line() -> None:
    assert search.in_bytes([b"..", b"abc\nsecret-key.."], [b"abc\nsecret-key"]) == {b"secret-key"}
