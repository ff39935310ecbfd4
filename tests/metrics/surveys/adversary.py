"""Whoever holds every database, write-ahead log and log file, at every instant, and the list of who got which token.

They know who answered when, and seek who said what: by where slips lie, by their keys, by the bytes of the files, by
which of them came together, and by whatever else changed with an answer.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

Row = tuple[Any, ...]
Table = frozenset[Row]


@dataclass(frozen=True)
class Look:
    """All that was there at an instant: rows with their numbers by table, and the bytes of the files."""

    tables: Mapping[str, Table]
    files: bytes

    def slips(self) -> Table:
        """Give what has left the envelopes."""
        return self.tables["metrics.survey_slip"]


def look(folder: Path, names: Sequence[str] = ("metrics", "gateway")) -> Look:
    """Take everything."""
    tables: dict[str, Table] = {}
    for name in names:
        with closing(sqlite3.connect(folder / f"{name}.db")) as held:
            for (table,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                tables[f"{name}.{table}"] = frozenset(_rows(held, table))
    files = sorted(path for name in names for path in folder.glob(f"{name}.db*"))
    return Look(tables, b"".join(path.read_bytes() for path in files))


def _rows(held: sqlite3.Connection, table: str) -> list[Row]:
    try:
        return held.execute(f'SELECT rowid AS numbered, * FROM "{table}"').fetchall()  # noqa: S608 - our own names.
    except sqlite3.OperationalError:  # It has no numbers.
        return held.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 - as above.


def changed(looks: Sequence[Look]) -> set[str]:
    """Name the tables that were not the same at all instants."""
    return {
        table
        for before, after in pairwise(looks)
        for table in after.tables
        if before.tables[table] != after.tables[table]
    }


def batches(looks: Sequence[Look]) -> list[Table]:
    """Tell which slips came together."""
    return [new for before, after in pairwise(looks) if (new := after.slips() - before.slips())]


@dataclass(frozen=True)
class Slip:
    """A slip as it was found; `place` is whatever orders it, `person` the truth, by when they answered."""

    subject: str
    place: Any
    person: int


def order_found(together: Sequence[Sequence[Slip]]) -> float:
    """Say how well the places in a batch tell the order of answering: 0 for nothing, 1 or -1 for all of it."""
    found = [
        _rank_correlation(_persons(batch, subject)) for batch in together for subject in _subjects(batch)
    ]
    return mean(found)


def links_found(together: Sequence[Sequence[Slip]]) -> float:
    """Say how well the places in a batch tell which slips on two subjects are of one person."""
    found = []
    for batch in together:
        for one, other in pairwise(_subjects(batch)):
            place = {person: at for at, person in enumerate(_persons(batch, one))}
            found.append(_rank_correlation([place[person] for person in _persons(batch, other)]))
    return mean(found)


def chance(together: Sequence[Sequence[Slip]]) -> float:
    """Give what neither of them passes by chance once in a hundred million times: six standard deviations."""
    permutations = sum(len(_subjects(batch)) - 1 for batch in together)
    fewest = min(len(_persons(batch, subject)) for batch in together for subject in _subjects(batch))
    return float(6 / ((fewest - 1) * permutations) ** 0.5)


def _subjects(batch: Sequence[Slip]) -> list[str]:
    return sorted({slip.subject for slip in batch})


def _persons(batch: Sequence[Slip], subject: str) -> list[int]:
    of_subject = [slip for slip in batch if slip.subject == subject]
    return [slip.person for slip in sorted(of_subject, key=lambda slip: slip.place)]


def _rank_correlation(values: Sequence[int]) -> float:
    """Correlate places with the ranks of what lies there (Spearman); all values differ."""
    count = len(values)
    rank = {value: at for at, value in enumerate(sorted(values))}
    apart = sum((at - rank[value]) ** 2 for at, value in enumerate(values))
    return 1 - 6 * apart / (count * (count**2 - 1))


def placed(batch: Table, said: Mapping[tuple[str, int], int], place: Callable[[Row], Any]) -> list[Slip]:
    """Order a batch by what `place` gives of a row; `said` is the truth: who said this of this subject."""
    return [
        Slip(subject, place(row), said[subject, value])
        for row in batch
        for _key, _survey, _group, subject, _question, value in [row]
    ]
