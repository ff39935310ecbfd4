"""What the group `archive` does: every entry of every stream goes into the archive, readable or not."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from services.gateway.archive import service
from shared.database import SyncTx
from shared.events import FEEDS
from shared.streams import Entry, Handlers

GROUP = "archive"  # Renaming this starts a new group: every stream is read again.


def build_handlers(
    appended: Callable[[], None],
    note: Callable[[Connection, Sequence[Entry]], None] = lambda _connection, _entries: None,
) -> Handlers:
    """Make the handlers of the group.

    Args:
        appended: Called after each commit that archived something.
        note: Called in the transaction of each archiving, for what the gateway keeps of some events beside them.
    """

    def on_entries(tx: SyncTx, entries: Sequence[Entry]) -> None:
        note(tx.connection, entries)
        if service.archive(tx.connection, entries):
            tx.then.append(appended)

    handlers = Handlers(GROUP)
    for feed in FEEDS:
        handlers.on_raw(feed, on_entries)
    return handlers
