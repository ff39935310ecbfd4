"""A running registry whose ledger holds the made-up plan, and people who send workbooks to it."""

from typing import Any

from openpyxl.utils import get_column_letter

from shared.principal import Principal
from tests.tasks.apps import Caller
from tests.tasks.factories import unit_id

SCOPES = frozenset({"plans:read", "tasks:read", "tasks:write"})


def of_unit(name: str, role: str = "unit") -> Principal:
    return Principal(id=f"key of {name}", role=role, unit=unit_id(name), scopes=SCOPES)


async def import_ledger(caller: Caller, content: bytes, *, confirm: bool = False) -> Any:  # noqa: ANN401 - JSON.
    answer = await caller.post("/ledger/import", params={"confirm": confirm}, content=content)
    return answer.json()


async def import_form(caller: Caller, content: bytes, *, confirm: bool = True) -> Any:  # noqa: ANN401 - JSON.
    answer = await caller.post("/forms/progress", params={"confirm": confirm}, content=content)
    return answer.json()


async def export(caller: Caller, **query: Any) -> bytes:  # noqa: ANN401 - what httpx takes.
    answer = await caller.get("/ledger.xlsx", **query)
    assert answer.status_code == 200, answer.text
    return answer.content


async def form_of(caller: Caller, name: str) -> bytes:
    answer = await caller.get("/forms/progress.xlsx", unit=unit_id(name))
    assert answer.status_code == 200, answer.text
    return answer.content


def counts(diff: dict[str, Any]) -> tuple[int, int, int, int]:
    """Give how many are added, changed, unchanged, and how many faults there are."""
    return (len(diff["added"]), len(diff["changed"]), diff["unchanged"], len(diff["faults"]))


def places(faults: list[dict[str, Any]]) -> set[tuple[int, str, str]]:
    """Give row, column and code of faults."""
    return {(one["row"], one["column"], one["code"]) for one in faults}


def letter_of(number: int) -> str:
    return str(get_column_letter(number))
