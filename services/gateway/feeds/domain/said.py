"""What is known of a record when its event is made, and the draft that comes of it."""

from typing import Any, Protocol

from services.gateway.feeds.domain.drafts import AnyStep, Draft, Meaning, step_hash
from services.gateway.feeds.domain.form import Form
from services.gateway.vault.domain import Private


class Said(Protocol):
    """What is known of a record: fields of ours, raw codes, the names of its own fields, meanings."""

    found: dict[str, Any]
    raw: dict[str, str]
    meanings: list[Meaning]

    def place(self, ours: str) -> str:
        """Give the name that a field of ours has in the record."""
        ...

    @property
    def context(self) -> "Whose":
        """Whose record it is."""
        ...


class Whose(Protocol):
    """The source of a record and its form."""

    @property
    def source_id(self) -> str:
        """Its id."""
        ...

    @property
    def form(self) -> Form:
        """How its records are read."""
        ...


def draft_of(event: AnyStep, said: Said, private: Private = Private(), **more: Any) -> Draft:  # noqa: ANN401, B008 - Draft's own; it is frozen.
    """Give the draft of a step of a service or an order, or of a result."""
    hashed = step_hash(event)
    return Draft(event, hashed, private, meanings=tuple(said.meanings), **more)
