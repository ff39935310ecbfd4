"""What one group does with each event type.

Invariant: one handler for a type; a feed is handled raw or by type, never both.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from shared.database import SyncTx, Tx
from shared.events.envelope import TYPE_PREFIX, Envelope, Event, Feed
from shared.streams.entry import Entry
from shared.streams.groups import feeds_of

E = TypeVar("E", bound=Event)
One: TypeAlias = Callable[[Tx, Any], Awaitable[None]]
Many: TypeAlias = Callable[[SyncTx, Sequence[Envelope]], None]
When: TypeAlias = Callable[[Any], bool]
Raw: TypeAlias = Callable[[SyncTx, Sequence[Entry]], None]


class Handlers:
    """The handlers of one group.

    Attributes:
        group: A group that `GROUPS` names.
        one: Handlers of single events, by type.
        when: What makes an event of a type one of concern, for those handlers that want few.
        many: Handlers of whole batches, by type.
        raw: Handlers of every entry, by feed.
    """

    def __init__(self, group: str) -> None:
        if not feeds_of(group):
            raise ValueError(f"no stream names the group {group!r}: add it to shared.streams.groups.GROUPS")
        self.group = group
        self.one: dict[str, One] = {}
        self.when: dict[str, When] = {}
        self.many: dict[str, Many] = {}
        self.raw: dict[Feed, Raw] = {}

    def on(
        self,
        model: type[E],
        handler: Callable[[Tx, E], Awaitable[None]],
        *,
        when: Callable[[E], bool] | None = None,
    ) -> None:
        """Call `handler` for each event of `model`, in order; `tx.cause` is its envelope.

        With `when` only for those of which it is true: the others are of no concern to the group, like an event without
        a handler, and cost a call of `when` each.

        Raises:
            ValueError: The type has a handler, or the group does not read its feed.
        """
        self._claim(model)
        self.one[model.type] = handler
        if when is not None:
            self.when[model.type] = when

    def on_many(self, model: type[E], handler: Callable[[SyncTx, Sequence[Envelope]], None]) -> None:
        """Call `handler` in a thread for the events of `model` in a batch; again one by one when it raises.

        They come together and in order, but before or after the batch's events of other types that stand among them: a
        batch handler keeps facts, for which the order of types does not matter.

        Raises:
            ValueError: The type has a handler, or the group does not read its feed.
        """
        self._claim(model)
        self.many[model.type] = handler

    def on_raw(self, feed: Feed, handler: Callable[[SyncTx, Sequence[Entry]], None]) -> None:
        """Call `handler` in a thread for every entry of `feed`, readable or not; while it raises, the feed waits.

        Raises:
            ValueError: The feed has a handler, or the group does not read it.
        """
        if feed in self.raw or feed not in feeds_of(self.group):
            raise ValueError(f"{self.group} does not read {feed}, or has a handler for it")
        self.raw[feed] = handler

    def knows(self, kind: str) -> bool:
        """Say whether an event type is of concern to the group."""
        return kind in self.one or kind in self.many

    def passes_over(self, envelope: Envelope) -> bool:
        """Say whether an event is of no concern to the group: for its type, or for what it says."""
        when = self.when.get(envelope.type)
        return not self.knows(envelope.type) if when is None else not when(envelope.data)

    def in_threads(self, feed: Feed) -> bool:
        """Say whether a feed is handled raw or by batch handlers alone, so that a thread can do it."""
        if feed in self.raw:
            return True
        prefix = f"{TYPE_PREFIX}{feed}."
        return any(kind.startswith(prefix) for kind in self.many) and not any(
            kind.startswith(prefix) for kind in self.one
        )

    def _claim(self, model: type[Event]) -> None:
        if model.type in self.one or model.type in self.many:
            raise ValueError(f"{self.group} has a handler for {model.type}")
        if model.feed() not in feeds_of(self.group):
            raise ValueError(f"{self.group} does not read {model.feed()}: see shared.streams.groups.GROUPS")
