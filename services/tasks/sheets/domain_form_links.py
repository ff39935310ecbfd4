"""Rows of a form whose tasks are linked 联动: they say one thing, and one of them is enough.

Invariant: rows of one link that report differently are a fault that names both, never a choice of ours.
"""

from collections.abc import Mapping, Sequence

from services.tasks.sheets.domain_cells import CellFault
from services.tasks.sheets.domain_form import NOTHING, FormRow

REPORTED = ("note", "progress", "problem", "next_step")


def join_rows(rows: Sequence[FormRow], links: Mapping[str, str]) -> None:
    """Let the rows of one link sign together, and keep a fault where two of them report differently."""
    signed = {links[row.code] for row in rows if row.sign and row.code in links}
    first: dict[str, FormRow] = {}
    for row in rows:
        link = links.get(row.code)
        if link is None or not _reports(row):
            continue
        row.sign = row.sign or link in signed
        other = first.setdefault(link, row)
        if other.code != row.code and (key := _difference(other, row)):
            row.reader.fault(key, _conflict(other, row))


def _reports(row: FormRow) -> bool:
    """Tell whether a row says how the task goes; one that only signs says nothing that could be gainsaid."""
    return not row.reader.faults and (row.submit or row.said != NOTHING)


def _difference(one: FormRow, other: FormRow) -> str | None:
    """Give the first column in which two rows report differently."""
    for key in REPORTED:
        if getattr(one.said, key) != getattr(other.said, key):
            return key
    return None if one.submit == other.submit else "submit"


def _conflict(first: FormRow, row: FormRow) -> CellFault:
    places = (f"第 {one.reader.number} 行（{one.code}）" for one in (first, row))
    return CellFault(
        "link.conflict", f"{'与'.join(places)}是联动事项，填报不一致", "两行填成一样，或只填其中一行"
    )
