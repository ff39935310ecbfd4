"""What the group `archive` does: every entry of every stream goes into the archive, readable or not."""

from collections.abc import Callable, Sequence

from sqlalchemy import event

from services.gateway.archive import service
from shared.database import Tx
from shared.events import FEEDS
from shared.streams import Entry, Handlers

GROUP = "archive"  # Renaming this starts a new group: every stream is read again.


def build_handlers(appended: Callable[[], None]) -> Handlers:
    """Make the handlers of the group; `appended` is called after each commit that archived something."""

    async def on_entries(tx: Tx, entries: Sequence[Entry]) -> None:
        if await service.archive(tx, entries):
            event.listen(tx.session.sync_session, "after_commit", lambda _session: appended(), once=True)

    handlers = Handlers(GROUP)
    for feed in FEEDS:
        handlers.on_raw(feed, on_entries)
    return handlers
