"""The bus: streams, their groups, the relay, the readers, parked and dead rows; the only home of those words.

Invariant: an event is in the stream because its outbox row was committed, and its effects and the cursor that says
so are one transaction; so nothing is lost and nothing is done twice, whatever is killed.
"""

from shared.streams.bus import Bus
from shared.streams.cursors import read_cursors
from shared.streams.entry import Entry
from shared.streams.groups import GROUPS
from shared.streams.handlers import Handlers
from shared.streams.history import Export, History, HttpHistory, OwnersHistory
from shared.streams.ops import ops_router
from shared.streams.replay import Replay, accepted_gaps, holder_of, told_until
from shared.streams.subscriber_streams import Piece, Standing, SubscriberStreams, stream_of, user_of

__all__ = [
    "GROUPS",
    "Bus",
    "Entry",
    "Export",
    "Handlers",
    "History",
    "HttpHistory",
    "OwnersHistory",
    "Piece",
    "Replay",
    "Standing",
    "SubscriberStreams",
    "accepted_gaps",
    "holder_of",
    "ops_router",
    "read_cursors",
    "stream_of",
    "told_until",
    "user_of",
]
