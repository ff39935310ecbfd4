"""The FastStream side of a reader: a batch subscriber whose entries come as they are in the stream."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol

from faststream import AckPolicy
from faststream.redis import RedisBatchStreamMessage, RedisBroker, StreamSub

from shared.events.envelope import Feed

MAX_RECORDS = 1000
POLL_MS = 500  # Must stay below redis-py's socket timeout of 5 s.


class Found(NamedTuple):
    """Entries as Redis gave them.

    Attributes:
        ids: Their entry ids.
        fields: The fields of each; none for an entry that was deleted while it was pending.
    """

    ids: Sequence[bytes]
    fields: Sequence[dict[bytes, bytes]]


class Subscriber(Protocol):
    """What a reader needs of a FastStream subscriber."""

    running: bool

    async def start(self) -> None:
        """Begin to read."""
        ...

    async def stop(self) -> None:
        """End after the batch in hand."""
        ...


def make_broker(redis_url: str) -> RedisBroker:
    """Build the broker of a service; it connects when the bus asks it to.

    FastStream's logger and its dependency injection are off: the bus logs what matters, and validates itself.
    """
    off: Any = {
        "logger": None,
        "apply_types": False,
        "serializer": None,
    }  # None is allowed, but not typed so.
    return RedisBroker(redis_url, **off)


def subscribe(
    broker: RedisBroker, feed: Feed, group: str, on_batch: Callable[[Found], Awaitable[None]]
) -> Subscriber:
    """Register the batch subscriber of `group` on `feed`; all replicas share one consumer, the lease picks one."""
    place = StreamSub(
        feed, group=group, consumer=group, batch=True, max_records=MAX_RECORDS, polling_interval=POLL_MS
    )
    subscriber = broker.subscriber(stream=place, parser=_parse, decoder=_decode, ack_policy=AckPolicy.MANUAL)
    subscriber(on_batch)
    return subscriber


async def _parse(message: Any, original: Any) -> RedisBatchStreamMessage:  # noqa: ANN401 - FastStream's own.
    own = original.__self__  # FastStream's parser knows the consumer and the group.
    first = message["message_ids"][0].decode()
    return RedisBatchStreamMessage(
        raw_message=message,
        body=message["data"],
        message_id=first,
        correlation_id=first,
        consumer=own.consumer,
        group=own.group,
    )


async def _decode(message: RedisBatchStreamMessage, _original: Any) -> Found:  # noqa: ANN401 - as above.
    return Found(message.raw_message["message_ids"], message.raw_message["data"])
