"""Reads what the archive says of one task, from the gateway's inner export."""

import base64
import json
from collections.abc import Sequence
from typing import Any, Protocol

import httpx

from services.notify.proof.domain import Link
from shared.clock import Clock
from shared.errors import Unavailable
from shared.principal import sign
from shared.streams.history import READER, TIMEOUT_S

PAGE = 1000


class ArchiveReader(Protocol):
    """Knows the archived events of a task with their links."""

    async def links(self, task_id: str) -> Sequence[Link]:
        """Give all of them in their order.

        Raises:
            Unavailable: The archive does not answer.
        """
        ...


class HttpArchive:
    """The archive behind the gateway's inner address; a proof is rare, so each opens a connection of its own."""

    def __init__(
        self, url: str, *, secret: str, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._url = f"{url.rstrip('/')}/archive/links"
        self._secret = secret
        self._clock = clock
        self._transport = transport

    async def links(self, task_id: str) -> Sequence[Link]:
        """Give all events of a task in their order.

        Raises:
            Unavailable: The gateway does not answer, or not with 200.
        """
        found: list[Link] = []
        async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=self._transport) as client:
            while True:
                page = await self._page(client, task_id, after=found[-1].position if found else 0)
                found += page
                if len(page) < PAGE:
                    return found

    async def _page(self, client: httpx.AsyncClient, task_id: str, *, after: int) -> list[Link]:
        headers = {"x-duban-principal": sign(READER, self._secret, now=self._clock.real_now())}
        query: dict[str, str | int] = {"subject": task_id, "after": after, "limit": PAGE}
        try:
            answer = await client.get(self._url, params=query, headers=headers)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            message = f"档案无法读取（{error}），请检查 {self._url}"
            raise Unavailable(message, code="archive.unavailable") from error
        return [_link(json.loads(line)) for line in answer.text.splitlines() if line]


def _link(line: dict[str, Any]) -> Link:
    return Link(
        position=line["position"],
        stream=line["stream"],
        sequence=line["sequence"],
        payload=base64.b64decode(line["payload"]),
        previous_hash=bytes.fromhex(line["previous_hash"]),
        hash=bytes.fromhex(line["hash"]),
        before=bytes.fromhex(line["before"]),
        behind=bytes.fromhex(line["behind"]),
    )
