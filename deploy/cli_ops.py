"""`duban dead …`, `duban bus …` and `duban key …`: what ops teams do."""

import os
from datetime import timedelta
from typing import Annotated

import typer

from deploy.client import DEFAULT_URL, ApiKey, AsJson, Url, ask, connect, given, show, show_json
from shared.errors import Invalid

dead_app = typer.Typer(no_args_is_help=True)
bus_app = typer.Typer(no_args_is_help=True)
key_app = typer.Typer(no_args_is_help=True)
SERVICES = ("gateway", "tasks", "notify", "metrics")

Service = Annotated[str, typer.Argument(help="tasks, notify, metrics or gateway.")]
Feed = Annotated[str, typer.Argument(help="The stream: supervision, deadlines, ratings …")]
Sequence = Annotated[int, typer.Argument(min=1, help="The event's sequence in its stream.")]


@dead_app.command("list")
def list_dead(
    service: Annotated[str, typer.Argument(help="One service; all when left out.")] = "",
    *,
    waiting: Annotated[bool, typer.Option(help="Those that are parked and will be tried again.")] = False,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List dead events: what could not be read, or failed past its attempts."""
    with connect(url, key) as client:
        for name in [service] if service else SERVICES:
            query = given(waiting=str(waiting).lower())
            found = ask(client, "GET", f"/api/v1/ops/{name}/dead", params=query).json()["items"]
            if as_json:
                show_json({"service": name} | item for item in found)
                continue
            for item in found:
                place = f"{name} {item['feed']} {item['sequence']}"
                show(f"{place} {item['subject']} attempts={item['attempts']} {item['reason']}")


@dead_app.command("show")
def show_dead(
    service: Service, feed: Feed, sequence: Sequence, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """Show one dead event with its bytes and its reason, as JSON."""
    with connect(url, key) as client:
        show_json([ask(client, "GET", f"/api/v1/ops/{service}/dead/{feed}/{sequence}").json()])


@dead_app.command()
def replay(
    service: Service, feed: Feed, sequence: Sequence, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """Try a dead event again, after the cause is mended."""
    _act(service, feed, sequence, "replay", connection=(url, key))
    show(f"{service} {feed} {sequence} 将重新处理 / will be tried again")


@dead_app.command()
def discard(
    service: Service, feed: Feed, sequence: Sequence, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """Give a dead event up: it stays in the archive and is never tried again."""
    _act(service, feed, sequence, "discard", connection=(url, key))
    show(f"{service} {feed} {sequence} 已放弃 / discarded")


def _act(service: str, feed: str, sequence: int, what: str, *, connection: tuple[str, str]) -> None:
    with connect(*connection) as client:
        ask(client, "POST", f"/api/v1/ops/{service}/dead/{feed}/{sequence}/{what}")


@bus_app.command()
def status(url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show each service's relays, readers, lag and faults, one JSON object a service."""
    with connect(url, key) as client:
        show_json(
            {"service": name} | ask(client, "GET", f"/api/v1/ops/{name}/bus").json() for name in SERVICES
        )


@bus_app.command()
def repair(
    service: Annotated[str, typer.Argument(help="One service; all when left out.")] = "",
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Mend a relay or reader that stopped: foreign entries, a stream ahead, a restored database; safe to repeat."""
    with connect(url, key) as client:
        for name in [service] if service else SERVICES:
            found = ask(client, "POST", f"/api/v1/ops/{name}/bus/repair").json()
            show_json({"service": name} | item for item in found)


def _database() -> str:
    url = os.environ.get("DUBAN_GATEWAY_DATABASE_URL", "")
    if not url:
        message = (
            "未设置 DUBAN_GATEWAY_DATABASE_URL：密钥直接写入网关的数据库，请在网关的容器内或设好该变量后运行"
        )
        raise Invalid(message, code="database.missing", field="DUBAN_GATEWAY_DATABASE_URL")
    return url


@key_app.command()
def create(
    *,
    role: Annotated[str, typer.Option(help="supervisor, unit, leader, feed or ops.")],
    unit: Annotated[str, typer.Option(help="Unit id, for the role unit.")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="Instead of the role's own scopes; repeat it.")
    ] = None,
    label: Annotated[str, typer.Option(help="What people call it.")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, help="Days until it expires; never when left out.")
    ] = None,
) -> None:
    """Make an API key in the gateway's own database and print it, once."""
    import asyncio  # noqa: PLC0415 - `duban --help` stays fast.

    from services.gateway import keys  # noqa: PLC0415 - the same.

    lifetime = None if days is None else timedelta(days=days)
    order = keys.KeyOrder(role=role, unit=unit, scopes=scope or (), label=label, lifetime=lifetime)
    made, secret = asyncio.run(keys.create_key_offline(_database(), order))
    show(f"{made.id} {made.role} {made.scopes}")
    show(secret)


@key_app.command("list")
def list_keys() -> None:
    """List the keys, without their secrets."""
    import asyncio  # noqa: PLC0415 - `duban --help` stays fast.

    from services.gateway import keys  # noqa: PLC0415 - the same.

    for key in asyncio.run(keys.list_keys_offline(_database())):
        state = "revoked" if key.revoked_at else "valid"
        show(f"{key.id} {key.prefix}… {key.role} {key.unit} {state} {key.label}".rstrip())


@key_app.command()
def revoke(key_id: str) -> None:
    """Revoke a key; the gateway heeds it within five seconds."""
    import asyncio  # noqa: PLC0415 - `duban --help` stays fast.

    from services.gateway import keys  # noqa: PLC0415 - the same.

    show(f"{asyncio.run(keys.revoke_key_offline(_database(), key_id)).id} revoked")
