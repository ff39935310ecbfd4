"""The streams that those outside read: `sub.<name>`, one a subscriber, and the users that may read them.

Invariant: the entry of an event has its position in the archive for an id, `<position>-0`, which is the resume token;
entries are appended only behind the top that the feeder believes in, so none comes twice and none out of order. A user
may read its own stream and do nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from shared.errors import Unavailable
from shared.streams.keys import script, sequence_of

PREFIX, USER_PREFIX = "sub.", "sub-"
PORTION = 500  # Entries that one call removes at most: it holds up every reader.
_MAY = ("+xread", "+xrange", "+xinfo|stream", "+ping", "+hello", "+auth")
_CONNECT = ("+client|setinfo", "+client|setname", "+client|id")  # What clients say of themselves.


class Piece(NamedTuple):
    """An entry: its position in the archive, and its bytes."""

    position: int
    raw: bytes


class Standing(NamedTuple):
    """The top of a stream where it is not the one that was believed in.

    Attributes:
        position: Of the archive; None where it is no id that a feeder gives.
        raw: The bytes of that entry; None where it is there no more.
    """

    position: int | None
    raw: bytes | None


def stream_of(name: str) -> str:
    """Name the stream of a subscriber."""
    return PREFIX + name


def user_of(name: str) -> str:
    """Name the user of a subscriber."""
    return USER_PREFIX + name


class SubscriberStreams:
    """Appends to and shortens the streams of subscribers, and keeps their users, on one server.

    All but `check` raises `redis.exceptions.RedisError` or `OSError` where the server does not answer.
    """

    def __init__(self, redis_url: str) -> None:
        # A repeated append is harmless, but a hanging request is not: the feeder tries again.
        # redis-py types its answers for every protocol at once.
        self._client: Any = Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0))
        self._feed = self._client.register_script(script("feed"))
        self._shorten = self._client.register_script(script("shorten"))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def check(self) -> None:
        """Pass when the server answers.

        Raises:
            Unavailable: It does not.
        """
        try:
            await self._client.ping()
        except (RedisError, OSError) as error:
            message = f"供订阅方读取的流服务器没有回答（{type(error).__name__}），请运维检查后重试"
            raise Unavailable(message, code="subscription.streams_unavailable") from error

    async def append(self, name: str, believed: int, pieces: Sequence[Piece]) -> Standing | None:
        """Append behind the top `believed` (0 for a stream that is not there); gives the top where it is another."""
        done, *top = await self._feed(keys=[stream_of(name)], args=[believed, *_packed(pieces)])
        return None if done else _standing(*top)

    async def shorten(self, name: str, *, longest: int, keep_from: int, gone: int) -> int:
        """Remove what is beyond `longest` entries or stands before the position `keep_from`.

        Args:
            name: Of the subscriber.
            longest: Entries that stay at most.
            keep_from: Position of the archive.
            gone: Up to where entries were removed before, which a server that lost its memory is told again.

        Returns:
            The position up to which entries are removed; it stands in the stream as `max-deleted-entry-id`.
        """
        removed = PORTION
        while removed == PORTION:
            args = [longest, keep_from, gone, PORTION]
            removed, told = await self._shorten(keys=[stream_of(name)], args=args)
            gone = int(told)
        return gone

    async def drop(self, name: str) -> None:
        """Remove a stream."""
        await self._client.delete(stream_of(name))

    async def names(self) -> set[str]:
        """Give the subscribers that have a stream or a user."""
        keys = {key.decode() async for key in self._client.scan_iter(PREFIX + "*", count=1000)}
        users = await self._client.execute_command("ACL USERS")
        mine = {user.removeprefix(USER_PREFIX) for user in map(_text, users) if user.startswith(USER_PREFIX)}
        return mine | {key.removeprefix(PREFIX) for key in keys}

    async def passwords(self, names: Iterable[str]) -> dict[str, frozenset[str]]:
        """Give the SHA-256 of the passwords of each user, in hexadecimal; none where there is no such user."""
        wanted = sorted(names)
        async with self._client.pipeline(transaction=False) as asking:
            for name in wanted:
                asking.execute_command("ACL GETUSER", user_of(name))
            found = await asking.execute()
        return {name: _hashes(one) for name, one in zip(wanted, found, strict=True)}

    async def set_user(self, name: str, hashes: Iterable[str]) -> None:
        """Let a subscriber in with any of these passwords (SHA-256), to read its stream and nothing else."""
        secrets = ["#" + one for one in sorted(hashes)]
        rules = ["reset", "on", *secrets, "-@all", *_MAY, *_CONNECT, "%R~" + stream_of(name)]
        await self._client.execute_command("ACL SETUSER", user_of(name), *rules)

    async def cut_off(self, name: str) -> None:
        """Close the connections of a subscriber: who holds a password that counts no more has to show another."""
        await self._client.execute_command("CLIENT KILL", "USER", user_of(name))

    async def drop_user(self, name: str) -> None:
        """Remove a user, with its connections."""
        await self._client.execute_command("ACL DELUSER", user_of(name))


def _packed(pieces: Sequence[Piece]) -> list[str | bytes]:
    """Give entries as the script takes them: a client is slow with thousands of arguments."""
    if not pieces:
        return []
    positions = ",".join([str(one.position) for one in pieces])
    return [positions, ",".join([str(len(one.raw)) for one in pieces]), b"".join([one.raw for one in pieces])]


def _standing(top: bytes, last: bytes, raw: bytes) -> Standing:
    try:
        position = sequence_of(top)
    except ValueError:
        return Standing(None, None)
    return Standing(position, raw if last == top else None)


def _hashes(user: Mapping[str, Sequence[str | bytes]] | None) -> frozenset[str]:
    return frozenset(_text(one).lstrip("#") for one in (user or {}).get("passwords", ()))


def _text(found: str | bytes) -> str:
    return found.decode() if isinstance(found, bytes) else found
