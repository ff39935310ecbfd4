"""`duban dead …` and `duban key …`: what ops teams do with events that failed, and with keys."""

import os
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import (
    DEFAULT_URL,
    ApiKey,
    AsJson,
    Url,
    connect,
    each_service,
    show,
    show_json,
)
from shared.errors import Invalid

if TYPE_CHECKING:
    from deploy.api_client.ops import DeadEvent

dead_app = typer.Typer(no_args_is_help=True)
key_app = typer.Typer(no_args_is_help=True)
MOST_DEAD = 1000  # What a service lists at once.

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

        def list_one(name: str) -> None:
            found = client.ops.get_ops_by_service_dead(service=name, waiting=waiting, limit=MOST_DEAD)
            _show_dead(name, found.items, as_json=as_json)

        each_service(service, list_one)


def _show_dead(service: str, found: "list[DeadEvent]", *, as_json: bool) -> None:
    if as_json:
        show_json({"service": service} | item.to_json() for item in found)
        return
    for item in found:
        place = f"{service} {item.feed} {item.sequence}"
        show(f"{place} {item.subject} attempts={item.attempts} {item.reason}")


@dead_app.command("show")
def show_dead(
    service: Service, feed: Feed, sequence: Sequence, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """Show one dead event with its bytes and its reason, as JSON."""
    with connect(url, key) as client:
        found = client.ops.get_ops_by_service_dead_by_feed_by_sequence(
            service=service, feed=feed, sequence=sequence
        )
    show_json([found])


@dead_app.command()
def replay(
    service: Service, feed: Feed, sequence: Sequence, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """Try a dead event again, after the cause is mended."""
    with connect(url, key) as client:
        client.ops.post_ops_by_service_dead_by_feed_by_sequence_replay(
            service=service, feed=feed, sequence=sequence
        )
    show(f"{service} {feed} {sequence} 将重新处理 / will be tried again")


@dead_app.command()
def discard(
    service: Service, feed: Feed, sequence: Sequence, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """Give a dead event up: it stays in the archive and is never tried again."""
    with connect(url, key) as client:
        client.ops.post_ops_by_service_dead_by_feed_by_sequence_discard(
            service=service, feed=feed, sequence=sequence
        )
    show(f"{service} {feed} {sequence} 已放弃 / discarded")


def gateway_database() -> str:
    """Give the URL of the gateway's own database.

    Raises:
        Invalid: The variable that holds it is not set.
    """
    url = os.environ.get("DUBAN_GATEWAY_DATABASE_URL", "")
    if not url:
        message = (
            "未设置 DUBAN_GATEWAY_DATABASE_URL：密钥和账号直接写入网关的数据库，"
            "请在网关的容器内或设好该变量后运行"
        )
        raise Invalid(message, code="database.missing", field="DUBAN_GATEWAY_DATABASE_URL")
    return url


@key_app.command()
def create(  # noqa: PLR0913 - each is an option of the command.
    *,
    role: Annotated[str, typer.Option(help="supervisor, unit, leader, feed or ops.")],
    unit: Annotated[str, typer.Option(help="Unit id, for the role unit.")] = "",
    source: Annotated[
        str, typer.Option(help="Feed source that a feed's key is bound to: it may send for no other.")
    ] = "",
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
    order = keys.KeyOrder(
        role=role, unit=unit, scopes=scope or (), label=label, source_id=source, lifetime=lifetime
    )
    made, secret = asyncio.run(keys.create_key_offline(gateway_database(), order))
    show(f"{made.id} {made.role} {_bound(made.source_id)}{made.scopes}")
    show(secret)


@key_app.command("list")
def list_keys() -> None:
    """List the keys, without their secrets."""
    import asyncio  # noqa: PLC0415 - `duban --help` stays fast.

    from services.gateway import keys  # noqa: PLC0415 - the same.

    for key in asyncio.run(keys.list_keys_offline(gateway_database())):
        state = "revoked" if key.revoked_at else "valid"
        place = f"{key.unit} {_bound(key.source_id)}".strip()
        show(f"{key.id} {key.prefix}… {key.role} {place} {state} {key.label}".rstrip())


def _bound(source: str) -> str:
    return f"source={source} " if source else ""


@key_app.command()
def rotate(
    key_id: str,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=720, help="Hours in which the old secret still counts; 0 after a leak.")
    ] = 24,
) -> None:
    """Give a key a new secret and print it, once."""
    import asyncio  # noqa: PLC0415 - `duban --help` stays fast.

    from services.gateway import keys  # noqa: PLC0415 - the same.

    overlap = timedelta(hours=overlap_hours)
    show(asyncio.run(keys.rotate_key_offline(gateway_database(), key_id, overlap=overlap))[1])


@key_app.command()
def revoke(key_id: str) -> None:
    """Revoke a key; the gateway heeds it within five seconds."""
    import asyncio  # noqa: PLC0415 - `duban --help` stays fast.

    from services.gateway import keys  # noqa: PLC0415 - the same.

    show(f"{asyncio.run(keys.revoke_key_offline(gateway_database(), key_id)).id} revoked")
