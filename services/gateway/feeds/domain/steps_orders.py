"""What a step of a hotline order changes: new, a repeat, a correction, or a contradiction of what was said before.

An order is corrected by being sent again with other content, until it is taken back or the first visit after its
answer: till then platforms do change its kind, its category and its unit, and afterwards tasks and rates rest on it.
All else that is said twice with other content is a conflict. Urges and visits are numbered by their source, or else
counted as they arrive; those without a number are told apart by their time.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from services.gateway.feeds.domain.drafts import Draft, OrderStep
from services.gateway.feeds.domain.steps import TAKEN, Outcome, Taken, compared
from shared.events.hotline import OrderRecalled, OrderReceived, OrderRevisited, OrderUrged


class Told(NamedTuple):
    """An urge or a visit that was told: its time, and the hash of its content."""

    mark: str
    content: bytes


@dataclass(slots=True)
class Order:
    """An order as its source has told of it; hashes are of the contents of its steps.

    Attributes:
        revision: How many events it has had; the next has the next number.
        urges, visits: By their numbers.
        changed: Whether it differs from what is stored.
    """

    order_id: str
    source_id: str
    received_hash: bytes | None = None
    recalled_hash: bytes | None = None
    revision: int = 0
    urges: dict[int, Told] = field(default_factory=dict)
    visits: dict[int, Told] = field(default_factory=dict)
    changed: bool = False


def take_order_step(order: Order, draft: Draft) -> Taken:
    """Bring a step into its order; steps come in any sequence, also before the order itself."""
    event = draft.event
    if isinstance(event, OrderReceived):
        return _taken(order, event, _receive(order, draft.content_hash))
    if isinstance(event, OrderRecalled):
        outcome = compared(order.recalled_hash, draft.content_hash)
        if outcome in TAKEN:
            order.recalled_hash = draft.content_hash
        return _taken(order, event, outcome)
    if isinstance(event, OrderUrged | OrderRevisited):
        known = order.urges if isinstance(event, OrderUrged) else order.visits
        number, outcome = _note(known, draft, event.number)
        return _taken(order, event.model_copy(update={"number": number}), outcome)
    raise TypeError(f"{type(event).__name__} is no step of an order")


def _receive(order: Order, content: bytes) -> Outcome:
    outcome = compared(order.received_hash, content)
    if outcome is Outcome.CONFLICT and order.recalled_hash is None and not order.visits:
        outcome = Outcome.CORRECTED
    if outcome in TAKEN:
        order.received_hash = content
    return outcome


def _note(known: dict[int, Told], draft: Draft, told: int) -> tuple[int, Outcome]:
    """Find what is meant among those of its sort, or add it; gives its number and what it is."""
    found: int | None = told if draft.numbered and told in known else None
    if not draft.numbered:
        found = next((number for number, one in known.items() if one.mark == draft.mark), None)
    if found is not None:
        return found, compared(known[found].content, draft.content_hash)
    number = told if draft.numbered else max(known, default=0) + 1
    known[number] = Told(draft.mark, draft.content_hash)
    return number, Outcome.ACCEPTED


def _taken(order: Order, event: OrderStep, outcome: Outcome) -> Taken:
    if outcome not in TAKEN:
        return Taken(outcome)
    order.changed = True
    order.revision += 1
    return Taken(outcome, event, order.revision)
