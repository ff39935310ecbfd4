"""`duban account …` and `duban audit …`: accounts of people on the machine itself, and whether the audit holds."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from deploy.cli.client import AsJson, show, show_json
from deploy.cli.ops import gateway_database
from shared.errors import Permanent

if TYPE_CHECKING:
    from services.gateway.accounts.models import Account

Result = TypeVar("Result")
account_app = typer.Typer(no_args_is_help=True)
audit_app = typer.Typer(no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="The login name.")]
Role = Annotated[str, typer.Option(help="The role; the list is in docs/operations.md.")]
Unit = Annotated[str, typer.Option(help="Unit id, for the roles of a unit.")]


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    return asyncio.run(work)


@account_app.command()
def create(
    login: Login,
    *,
    person: Annotated[str, typer.Option(help="Staff number 工号: one person, one account.")],
    name: Annotated[str, typer.Option(help="Name of the person.")],
    role: Role = "",
    unit: Unit = "",
) -> None:
    """Make an account in the gateway's own database and print its first password, once."""
    from services.gateway.accounts import offline, service_people  # noqa: PLC0415 - `duban --help` stays fast.

    order = service_people.AccountOrder(login, person, name)
    grant = service_people.RoleGrant(role, unit)
    made, password = _run(offline.create(gateway_database(), order, grant))
    show(_line(_shown(made)))
    show(password)


@account_app.command("list")
def list_accounts(*, as_json: AsJson = False) -> None:
    """List the accounts."""
    from services.gateway.accounts import offline  # noqa: PLC0415 - as above.

    found = [_shown(one) for one in _run(offline.list_all(gateway_database()))]
    if as_json:
        show_json(found)
        return
    for one in found:
        show(_line(one))


@account_app.command()
def reset(login: Login) -> None:
    """Give a new first password and print it, once; all sessions of the account end."""
    from services.gateway.accounts import offline  # noqa: PLC0415 - as above.

    show(_run(offline.reset(gateway_database(), login)))


@account_app.command()
def lock(login: Login) -> None:
    """Lock an account until it is unlocked; its sessions end within five seconds."""
    _set_state(login, "locked")


@account_app.command()
def unlock(login: Login) -> None:
    """Let an account in again, and forget its failed logins."""
    _set_state(login, "active")


@account_app.command()
def disable(login: Login) -> None:
    """Disable the account of a person who has left; its sessions end within five seconds."""
    _set_state(login, "disabled")


def _set_state(login: str, state: str) -> None:
    from services.gateway.accounts import offline  # noqa: PLC0415 - as above.
    from services.gateway.accounts.domain import State  # noqa: PLC0415 - the same.

    show(_line(_shown(_run(offline.set_state(gateway_database(), login, State(state))))))


@account_app.command()
def role(
    login: Login,
    given: Annotated[str, typer.Argument(metavar="ROLE", help="The role; left out takes it away.")] = "",
    *,
    unit: Unit = "",
) -> None:
    """Give an account a role, or take it away; its sessions end within five seconds."""
    from services.gateway.accounts import offline, service_people  # noqa: PLC0415 - as above.

    grant = service_people.RoleGrant(given, unit)
    show(_line(_shown(_run(offline.give_role(gateway_database(), login, grant)))))


@account_app.command("drop-factor")
def drop_factor(login: Login) -> None:
    """Take the second factor of a lost authenticator off."""
    from services.gateway.accounts import offline  # noqa: PLC0415 - as above.

    show(_line(_shown(_run(offline.drop_factor(gateway_database(), login)))))


def _shown(row: "Account") -> Mapping[str, Any]:
    columns = ("id", "login", "person", "name", "role", "unit", "state")
    return {name: getattr(row, name) for name in columns} | {"second_factor": row.factor is not None}


def _line(one: Mapping[str, Any]) -> str:
    place = " ".join(filter(None, [one["role"] or "-", one["unit"]]))
    factor = " 2FA" if one["second_factor"] else ""
    return f"{one['id']} {one['login']} {one['person']} {place} {one['state']}{factor} {one['name']}"


@audit_app.callback()
def _group() -> None:
    """Keep `verify` a command of its own, also while it is the only one."""


@audit_app.command()
def verify(*, as_json: AsJson = False) -> None:
    """Read all entries of the audit and name the first that was altered, removed, swapped or inserted."""
    from services.gateway.audit.offline import verify_offline  # noqa: PLC0415 - as above.

    count, broken = _run(verify_offline(gateway_database()))
    if as_json:
        told = {"entries": count, "broken_at": None, "how": ""}
        show_json([told if broken is None else told | {"broken_at": broken.id, "how": broken.how}])
    elif broken is None:
        show(f"审计记录 {count} 条，哈希链完好 / holds")
    if broken is not None:
        message = f"审计记录在第 {broken.id} 条断裂（{broken.how}），其前 {count} 条完好，请保全数据库并报告"
        raise Permanent(message, code="audit.broken", field=str(broken.id))
