"""The groups of a stream in Redis: that all of them are there, and how far each has settled."""

from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.events.envelope import Feed
from shared.streams.groups import GROUPS


async def ensure_groups(client: Redis, feed: Feed) -> None:
    """Make every group that a stream must have and that is missing, at 0."""
    for group in GROUPS[feed]:
        try:
            await client.xgroup_create(feed, group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise


async def positions(client: Redis, feed: Feed) -> dict[str, int]:
    """Give the last sequence that each group has settled; nothing for a stream that is not there."""
    try:
        groups: Any = await client.xinfo_groups(feed)
    except ResponseError:  # "no such key"
        return {}
    found = {}
    for group in groups:
        name = group["name"].decode()
        found[name] = _number(group["last-delivered-id"])
        if group["pending"]:
            pending: Any = await client.xpending(feed, name)
            if pending["min"] is not None:
                found[name] = _number(pending["min"]) - 1
    return found


def _number(entry: bytes) -> int:
    return int(entry.split(b"-", 1)[0])
