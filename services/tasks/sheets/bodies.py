"""What the routes of sheets share: workbooks as bodies of requests and answers, and who asks."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response, StreamingResponse

from services.tasks.ledger.domain_parties import Actor
from shared.principal import Principal
from shared.workbooks import check_size

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def read_body(request: Request) -> bytes:
    """Read a body, but never much more than the limit.

    Raises:
        TooLarge: It is larger.
    """
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        check_size(len(content))
    return bytes(content)


async def answer(pieces: AsyncIterator[bytes], name: str, plain_name: str) -> Response:
    """Answer a workbook piece by piece; `plain_name` is for clients that take no Chinese.

    The first piece is made before the answer begins, so that a refusal still has a status of its own.
    """
    first = await anext(pieces)
    disposition = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name)}"
    return StreamingResponse(
        _from(first, pieces), media_type=XLSX, headers={"content-disposition": disposition}
    )


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def actor_of(who: Principal) -> Actor:
    """Give who asks as the ledger knows people."""
    return Actor(id=who.id, role=who.role, unit=who.unit)
