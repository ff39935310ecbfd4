"""What every route of this service does first: find out who asks, and turn it into an act."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from services.tasks.acts import Act
from services.tasks.ledger.domain_parties import Actor
from shared.database import Database, Tx
from shared.errors import Conflict, Forbidden
from shared.principal import UNIT_ROLES, Principal

Check = Callable[..., Awaitable[Principal]]


def act_of(who: Principal, tx: Tx, db: Database) -> Act:
    """Give what `who` does in this transaction its times: now, business and real."""
    actor = Actor(id=who.id, role=who.role, unit=who.unit)
    return Act(actor=actor, at=tx.now, recorded_at=tx.now, entered_at=db.clock.real_now())


def looking(who: Principal, db: Database) -> Act:
    """Give the same for somebody who only tries something out, outside of any transaction that writes."""
    actor, now = Actor(id=who.id, role=who.role, unit=who.unit), db.clock.now()
    return Act(actor=actor, at=now, recorded_at=now, entered_at=db.clock.real_now())


def seen_by(who: Principal) -> str | None:
    """Give the unit with whose eyes somebody looks; None for those who see what all units do."""
    return who.unit if who.role in UNIT_ROLES else None


def require_any(who: Principal, *scopes: str) -> None:
    """Pass when the principal holds one of `scopes`.

    Raises:
        Forbidden: It holds none.
    """
    if not who.scopes.intersection(scopes):
        wanted = "或".join(scopes)
        raise Forbidden(f"该密钥没有权限 {wanted}，请向管理员申请", code="scope.missing", field=scopes[0])


@contextmanager
def refuse_collision() -> Iterator[None]:
    """Turn two people writing the same thing at once into a refusal of the later one.

    Raises:
        Conflict: A row that this request wanted to add was added by another meanwhile.
    """
    try:
        yield
    except IntegrityError as error:
        message = "同时有人写入了相同内容，请刷新后重试"
        raise Conflict(message, code="request.collision") from error
