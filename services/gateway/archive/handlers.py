"""What the group `archive` does: every entry of every stream goes into the archive, readable or not."""

from collections.abc import Callable, Sequence

from services.gateway.archive import service
from shared.database import SyncTx
from shared.events import FEEDS
from shared.streams import Entry, Handlers

GROUP = "archive"  # Renaming this starts a new group: every stream is read again.


def build_handlers(appended: Callable[[], None]) -> Handlers:
    """Make the handlers of the group; `appended` is called after each commit that archived something."""

    def on_entries(tx: SyncTx, entries: Sequence[Entry]) -> None:
        if service.archive(tx.connection, entries):
            tx.then.append(appended)

    handlers = Handlers(GROUP)
    for feed in FEEDS:
        handlers.on_raw(feed, on_entries)
    return handlers
