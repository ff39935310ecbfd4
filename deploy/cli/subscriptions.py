"""`duban subscription …`: what downstream systems get 订阅, and what came of it; through the gateway."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, read_file, read_json, show, show_json
from deploy.cli.instants import day_in, minute, read_day
from deploy.cli.receivers import check_receiver
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.subscriptions import DeliveryOut, DeliveryShown, SubscriptionOut, SubscriptionsApi

app = typer.Typer(no_args_is_help=True)
STATES = {
    "active": "投递中",
    "paused": "已暂停",
    "disabled": "已停用",
    "waiting": "待投",
    "held": "等前一条",
    "sending": "投递中",
    "delivered": "已送达",
    "dead": "未送达",
    "skipped": "已跳过",
    "failed": "未送达",
    "lost": "中断",
    "gone": "对方不再接收",
}
Name = Annotated[str, typer.Argument(help="Name of a subscription.")]


@app.command("list")
def list_subscriptions(*, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """List subscriptions: where they lead, whether they are served, and up to where they were read."""
    with connect(url, key) as client:
        _print_subscriptions(client.subscriptions.get_subscriptions(), as_json=as_json)


@app.command("set")
def set_subscription(
    name: Name,
    file: Annotated[
        Path, typer.Argument(help="JSON: kind, url, filters, from, timeout, keep_hours, headers, …")
    ],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Set a subscription from a file; the secret of a new one is printed once."""
    with connect(url, key) as client:
        made = client.subscriptions.put_subscriptions_by_name(read_json(file), name=name)
    _print_subscriptions([made], as_json=as_json)
    if made.secret and not as_json:
        show(_shown_once(made))


@app.command("test")
def send_test(name: Name, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Send a test event now, and tell what the receiver said; exits with 1 when it was not taken."""
    with connect(url, key) as client:
        told = client.subscriptions.post_subscriptions_by_name_test(name=name)
    if as_json:
        show_json([told])
    else:
        status = f" HTTP {told.status}" if told.status else ""
        show(f"{_word(told.outcome)}{status} {told.latency_ms} ms {told.detail}".rstrip())
    if told.outcome != "delivered":
        raise typer.Exit(1)


app.command("check")(check_receiver)


@app.command("pause")
def pause(name: Name, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Stop serving a subscription for now; nothing of it is lost."""
    with connect(url, key) as client:
        done = client.subscriptions.post_subscriptions_by_name_pause(name=name)
    _print_subscriptions([done], as_json=as_json)


@app.command("resume")
def resume(name: Name, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Serve a subscription again from where it stopped."""
    with connect(url, key) as client:
        done = client.subscriptions.post_subscriptions_by_name_resume(name=name)
    _print_subscriptions([done], as_json=as_json)


@app.command("remove")
def remove(name: Name, *, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Remove a subscription that is paused or disabled, with the record of its deliveries."""
    with connect(url, key) as client:
        client.subscriptions.delete_subscriptions_by_name(name=name)
    show(f"已删除订阅 {name}")


@app.command("rotate")
def rotate(
    name: Name,
    *,
    hours: Annotated[int, typer.Option(help="For how long the old secret holds beside the new one.")] = 24,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Give a subscription a new secret, or password, which is printed once."""
    with connect(url, key) as client:
        given = {"overlap_hours": hours}
        answer = client.subscriptions.post_subscriptions_by_name_secret(given, name=name)
    show(f"新密钥（只显示一次）：{answer.secret}")


@app.command("deliveries")
def deliveries(  # noqa: PLR0913 - each is an option of the command.
    name: Name,
    *,
    state: Annotated[str, typer.Option(help="waiting, held, sending, delivered, dead or skipped.")] = "",
    subject: Annotated[str, typer.Option(help="Only those about this subject.")] = "",
    day: Annotated[str, typer.Option(help="Only those queued on this day, like 2023-06-20.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 100,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List deliveries in the order of the archive."""
    on = read_day(day, field="day")
    with connect(url, key) as client:
        found = client.subscriptions.get_subscriptions_by_name_deliveries(
            name=name, state=state or None, subject=subject or None, day=on, limit=limit
        ).items
    if as_json:
        show_json(found)
        return
    for line in table(("位置", "事件", "对象", "状态", "次数", "原因"), (_delivery(one) for one in found)):
        show(line)


@app.command("delivery")
def delivery(
    name: Name,
    position: Annotated[int, typer.Argument(help="Position of the event in the archive.")],
    *,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Show a delivery with all that was tried."""
    with connect(url, key) as client:
        one = client.subscriptions.get_subscriptions_by_name_deliveries_by_position(
            name=name, position=position
        )
    if as_json:
        show_json([one])
        return
    show(" ".join(_delivery(one)))
    for tried in one.tried:
        status = f" HTTP {tried.status}" if tried.status else ""
        took = "" if tried.latency_ms is None else f" {tried.latency_ms} ms"
        head = f"  {tried.number}. {minute(tried.begun_at)} {_word(tried.outcome)}"
        show(f"{head}{status}{took} {tried.detail}".rstrip())


@app.command("replay")
def replay(  # noqa: PLR0913 - each is an option of the command.
    name: Name,
    first: Annotated[int, typer.Argument(help="First position of the archive.")],
    last: Annotated[int, typer.Argument(help="Last position, which belongs to it.")],
    *,
    state: Annotated[
        list[str] | None, typer.Option(help="dead (the default), skipped or delivered; may be repeated.")
    ] = None,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Queue deliveries again under their ids."""
    body = {"first": first, "last": last, "states": state or ["dead"]}
    with connect(url, key) as client:
        done = client.subscriptions.post_subscriptions_by_name_replay(body, name=name)
    show(f"已重新排队 {done.queued} 条")


@app.command("skip")
def skip(
    name: Name,
    position: Annotated[int, typer.Argument(help="Position of the event in the archive.")],
    *,
    reason: Annotated[str, typer.Option(help="Why it need not go.")],
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Let a delivery go, so that those behind it go on."""
    with connect(url, key) as client:
        skipped = client.subscriptions.post_subscriptions_by_name_deliveries_by_position_skip(
            {"reason": reason}, name=name, position=position
        )
    show(" ".join(_delivery(skipped)))


@app.command("reconcile")
def reconcile(  # noqa: PLR0913 - each is an option of the command.
    name: Name,
    day: Annotated[str, typer.Argument(help="Day on which events were queued, like 2023-06-20.")],
    *,
    has: Annotated[Path | None, typer.Option(help="Webhook ids that the receiver has, one a line.")] = None,
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Count a day by state; with --has, hold it id by id against what the receiver has."""
    on = day_in(day, field="day")
    with connect(url, key) as client:
        if has is None:
            _count(client.subscriptions, name, on, as_json=as_json)
        else:
            _compare(client.subscriptions, name, on, read_file(has).decode().split(), as_json=as_json)


def _count(client: "SubscriptionsApi", name: str, on: date, *, as_json: bool) -> None:
    found = client.get_subscriptions_by_name_reconciliation(name=name, day=on)
    if as_json:
        show_json([found])
        return
    counts = "，".join(f"{_word(state)} {count}" for state, count in found.states.items())
    show(f"{on} 应投 {found.published}：{counts or '—'}")


def _compare(client: "SubscriptionsApi", name: str, on: date, ids: list[str], *, as_json: bool) -> None:
    found = client.post_subscriptions_by_name_reconciliation({"ids": ids}, name=name, day=on)
    if as_json:
        show_json([found])
        return
    for word, those in (("接收方缺", found.missing), ("接收方多出", found.strange), ("尚未送达", found.open)):
        show(f"{word}：{len(those)}")
        for one in those:
            show(f"  {one}")


def _shown_once(made: "SubscriptionOut") -> str:
    if made.stream:
        return f"流 {made.stream}，用户 {made.user}，密码（只显示一次）：{made.secret}"
    return f"签名密钥（只显示一次）：{made.secret}"


def _word(name: str) -> str:
    return STATES.get(name, name)


def _print_subscriptions(found: "list[SubscriptionOut]", *, as_json: bool) -> None:
    if as_json:
        show_json(found)
        return
    head = ("订阅", "地址", "状态", "读到", "连续失败", "条件", "原因")
    for line in table(head, (_subscription(one) for one in found)):
        show(line)


def _subscription(one: "SubscriptionOut") -> tuple[str, ...]:
    wanted = one.filters.to_json() if one.filters else {}
    filters = "；".join(
        f"{name}={','.join(str(value) for value in values)}" for name, values in wanted.items() if values
    )
    place, failures = str(one.position), str(one.failures)
    return (
        one.name,
        one.url or one.stream,
        _word(one.state),
        place,
        failures,
        filters or "全部",
        one.reason or "—",
    )


def _delivery(one: "DeliveryOut | DeliveryShown") -> tuple[str, ...]:
    return (
        str(one.position),
        one.type,
        one.subject,
        _word(one.state),
        str(one.attempts),
        one.reason or "—",
    )
