"""The inner HTTP interface of contacts; addresses are personal data, so few may read them."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends

from services.notify.contacts import service
from services.notify.contacts.book import Book
from shared.database import Database
from shared.principal import Principal


def build_router(db: Database, check: Callable[..., Awaitable[Principal]]) -> APIRouter:
    """Serve `/contacts` to principals that `check` lets pass."""
    router = APIRouter()

    @router.get("/contacts")
    async def show_book(_who: Annotated[Principal, Depends(check)]) -> Book:
        async with db.reading() as session:
            return await service.read_book(session)

    @router.put("/contacts")
    async def put_book(body: Book, _who: Annotated[Principal, Depends(check)]) -> Book:
        async with db.transaction() as tx:
            await service.replace_book(tx, body)
            return await service.read_book(tx.session)

    return router
