"""`duban bus …`: the state of the bus, its repair, and the gaps that a person has to give up."""

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

if TYPE_CHECKING:
    from deploy.api_client.ops import KnownGaps

app = typer.Typer(no_args_is_help=True)

OneOrAll = Annotated[str, typer.Argument(help="One service; all when left out.")]


@app.command()
def status(service: OneOrAll = "", url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show each service's relays, readers, lag and faults, one JSON object a service."""
    with connect(url, key) as client:

        def show_one(name: str) -> None:
            show_json([{"service": name} | client.ops.get_ops_by_service_bus(service=name).to_json()])

        each_service(service, show_one)


@app.command()
def repair(service: OneOrAll = "", url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Mend a relay or reader that stopped: foreign entries, a stream ahead, a restored database; safe to repeat."""
    with connect(url, key) as client:

        def repair_one(name: str) -> None:
            found = client.ops.post_ops_by_service_bus_repair(service=name)
            show_json({"service": name} | item.to_json() for item in found)

        each_service(service, repair_one)


@app.command()
def gaps(
    service: OneOrAll = "", *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = ""
) -> None:
    """List events that are in no stream and no archive, before which reading has stopped, and those given up."""
    with connect(url, key) as client:

        def list_one(name: str) -> None:
            found = client.ops.get_ops_by_service_bus_gaps(service=name)
            if as_json:
                show_json([{"service": name} | found.to_json()])
            else:
                _tell(name, found)

        each_service(service, list_one)


def _tell(service: str, found: "KnownGaps") -> None:
    for gap in found.open:
        show(f"{service} {gap.feed} {gap.first}—{gap.last} 缺失，读取已停止 / missing, reading has stopped")
    for lost in found.accepted:
        said = f"{lost.accepted_at} {lost.accepted_by} {lost.reason}"
        show(f"{service} {lost.feed} {lost.first}—{lost.last} 已放弃 / given up: {said}")


@app.command("accept-gap")
def accept_gap(  # noqa: PLR0913 - each is an argument or option of the command.
    service: Annotated[
        str, typer.Argument(help="The service that stopped: tasks, notify, metrics or gateway.")
    ],
    feed: Annotated[str, typer.Argument(help="The stream: supervision, deadlines, ratings …")],
    first: Annotated[int, typer.Argument(min=1, help="First missing sequence, as `duban bus gaps` says.")],
    last: Annotated[
        int | None, typer.Argument(min=1, help="Last missing sequence; the first when left out.")
    ] = None,
    *,
    reason: Annotated[str, typer.Option(help="Why these events are given up; kept with your key.")],
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Give lost events up for good, so that a service reads on behind them; refused while anybody still has them."""
    body = {"first": first, "last": first if last is None else last, "reason": reason}
    with connect(url, key) as client:
        given_up = client.ops.post_ops_by_service_bus_gaps_by_feed(body, service=service, feed=feed)
    count = given_up.last - given_up.first + 1
    place = f"{service} {feed} {given_up.first}—{given_up.last}"
    show(f"{place} 已放弃：{count} 个事件丢失，记在 {given_up.accepted_by} 名下 / {count} events given up")
