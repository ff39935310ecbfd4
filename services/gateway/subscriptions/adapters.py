"""The real way out to receivers: each call goes to the address that was checked, with the name kept for TLS."""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from services.gateway.recent import Recent
from services.gateway.returns.domain import Hosts
from services.gateway.subscriptions.domain_addresses import (
    Destination,
    literal,
    looks_like_number,
    permits_name,
    pin,
)
from services.gateway.subscriptions.models import Subscription
from services.gateway.subscriptions.ports import Resolve
from shared.answers import Answer
from shared.calling import Call, Caller, NoAnswer

REFUSED = "地址不在允许投递的名单中（DUBAN_SUBSCRIBER_HOSTS），请由运维加入"


_PORTS = {"http": 80, "https": 443}


def destination(url: str) -> Destination | None:
    """Read an address as the client will; None for what is no plain address: other schemes, user names, fragments."""
    try:
        found = httpx.URL(url)
        host = found.host
        port = _PORTS.get(found.scheme, 0) if found.port is None else found.port
    except (httpx.InvalidURL, ValueError, UnicodeError):
        return None
    odd = any(mark in url for mark in "\\@#") or url != url.strip() or not url.isprintable()
    if found.scheme not in _PORTS or not host or odd or found.userinfo or not 0 < port < 65536:
        return None
    return Destination(found.scheme, host.lower().rstrip("."), port)


async def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name; none where it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Way:
    """How a receiver is called; real seconds. Behind a proxy it is the proxy that resolves names."""

    url: str
    timeout: float
    proxy: str = ""
    ca_file: str = ""
    kept: int = 0


def way_of(subscription: Subscription) -> Way:
    """Give how the receiver of a subscription is called."""
    one = subscription
    return Way(one.url, one.timeout, one.proxy, one.ca_file, kept=one.at_once)


class Addresses:
    """Finds the address of a URL that may be called; one that was found is good for five seconds."""

    def __init__(self, hosts: Hosts, resolve_: Resolve = resolve) -> None:
        self._hosts = hosts
        self._resolve = resolve_
        self._recent: Recent[Destination, str] = Recent(self._find)

    async def pinned(self, to: Destination) -> str | None:
        """Give the address to call; None where none may be."""
        return await self._recent.get(to)

    async def permits(self, url: str, *, through_proxy: bool = False) -> bool:
        """Tell whether a URL may be called."""
        to = destination(url)
        if to is None or looks_like_number(to.host):
            return False
        if through_proxy and permits_name(self._hosts, to):
            return True
        return await self.pinned(to) is not None

    async def _find(self, to: Destination) -> str | None:
        address = literal(to.host)
        found = [str(address)] if address else await self._resolve(to.host, to.port)
        return pin(self._hosts, to, found)


class HttpReceiver:
    """Calls a receiver over HTTP."""

    def __init__(self, way: Way, addresses: Addresses) -> None:
        self._way = way
        self._addresses = addresses
        self._caller = Caller(
            timeout=way.timeout,
            proxy=way.proxy or None,
            ca_file=Path(way.ca_file) if way.ca_file else None,
            kept=way.kept,
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._caller.close()

    async def post(self, body: bytes, headers: dict[str, str]) -> Answer | NoAnswer:
        """Call once, if the address may be called now: names move."""
        way = self._way
        to = destination(way.url)
        proxy_fits = not way.proxy or await self._addresses.permits(way.proxy)
        permitted = await self._addresses.permits(way.url, through_proxy=bool(way.proxy))
        if to is None or not proxy_fits or not permitted:
            return NoAnswer(written=False, detail=REFUSED)
        if way.proxy:
            return await self._caller.call(Call(way.url, body, headers=headers))
        address = await self._addresses.pinned(to)
        url = httpx.URL(way.url)
        host = url.netloc.decode()
        pinned = str(url.copy_with(host=address))
        return await self._caller.call(Call(pinned, body, headers={**headers, "host": host}, name=to.host))
