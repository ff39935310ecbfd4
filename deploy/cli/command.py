"""The `duban` command: it calls the gateway; what runs without one imports the services lazily."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import (
    accounts,
    approvals,
    archive,
    assess,
    attachments,
    backup,
    bus,
    calendar,
    catalogue,
    contacts,
    dispatch,
    events,
    feed_pulls,
    feed_rejects,
    feeds,
    indicators,
    notices,
    ops,
    orders,
    papers,
    plan,
    ratings,
    rebuild,
    rectifications,
    returns,
    services,
    sheets,
    simulate,
    subscriptions,
    survey,
    tasks,
    units,
    vault,
    verify,
)
from shared.errors import DubanError

app = typer.Typer(
    name="duban",
    help="督办 Duban: plans in, a supervised ledger out; every deadline warned, every rating counted once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(
    plan.app, name="plan", help="方案: parse or check a plan document, or import it through the gateway."
)
app.add_typer(catalogue.app, name="catalogue", help="The facts of the plans that `duban up` loads.")
app.add_typer(calendar.app, name="calendar", help="工作日历: show a year, or import the official 放假安排.")
app.add_typer(units.app, name="units", help="单位: load a list of units with their aliases.")
app.add_typer(dispatch.app, name="dispatch", help="派单目录: list it, load a csv, try who answers.")
app.add_typer(
    approvals.app, name="approvals", help="审管联动: results of approvals, listed, claimed, reconciled."
)
app.add_typer(rectifications.app, name="rectification", help="差评整改: list and show.")
app.add_typer(orders.app, name="order", help="12345工单: list, show, dispatch, answer, return, merge.")
app.add_typer(tasks.task_app, name="task", help="督办事项: list, show and move tasks.")
app.add_typer(events.events_app, name="events", help="Follow the events of the archive.")
app.add_typer(
    notices.app,
    name="notice",
    help="提醒: what was told and will be, rules, silences, and the channels that carry it.",
)
app.add_typer(
    services.app, name="service", help="办件: what was promised, when it is due, who was told of it."
)
app.add_typer(indicators.app, name="indicator", help="指标: targets and the frame 18+5, and values reported.")
app.add_typer(contacts.app, name="contact", help="通讯录: who reads which mailbox, and how they are reached.")
app.add_typer(papers.app, name="paper", help="公文: drafts from the ledger, released by a person.")
app.add_typer(
    assess.app, name="assess", help="考核: schemes, periods, scores explained, appeals, 容错, lists."
)
app.add_typer(
    survey.app, name="survey", help="测评: anonymous surveys with one-time tokens; results of many only."
)
app.add_typer(
    returns.app,
    name="returns",
    help="回传: what goes back to the platforms that ratings and orders came from.",
)
app.add_typer(
    subscriptions.app,
    name="subscription",
    help="订阅: what downstream systems get over webhooks, and what came of it.",
)
app.add_typer(rebuild.app, name="rebuild", help="Recompute a service's database from the archive.")
app.add_typer(ops.dead_app, name="dead", help="Dead events: list, show, replay, discard.")
app.add_typer(bus.app, name="bus", help="The bus: status, repair, and gaps that nobody can fill.")
app.add_typer(
    feeds.app,
    name="feed",
    help="数据来源: sources, dry runs, sending files, refused records, reconciliation.",
)
app.add_typer(vault.app, name="vault", help="保险库: wrap its data keys anew with another key.")
app.add_typer(accounts.account_app, name="account", help="账号: people who log in, on the machine itself.")
app.add_typer(accounts.audit_app, name="audit", help="审计: verify its chain of hashes.")
app.add_typer(ops.key_app, name="key", help="API keys of the gateway.")
app.add_typer(
    ratings.app,
    name="rating",
    help="好差评: send a rating, findings and their limits, statistics, publication.",
)
plan.app.command("import")(tasks.plan_import)
feed_rejects.add_to(feeds.app)
feed_pulls.add_to(feeds.app)
sheets.add_to(tasks.task_app)
attachments.add_to(tasks.task_app)
backup.add_to(app)
app.add_typer(
    archive.app, name="archive", help="存证: anchors, signed export, its check offline, and retention."
)
app.command("verify")(verify.verify)
app.command("simulate")(simulate.simulate)


@app.command()
def up(
    data: Annotated[Path, typer.Option(help="Data directory; made when it is missing.")] = Path("var/duban"),
    port: Annotated[int, typer.Option(min=1, max=65530, help="Port; the next four are inner ports.")] = 8000,
    speed: Annotated[
        float, typer.Option(min=0.1, help="Business seconds per real second, of a new drill.")
    ] = 1,
) -> None:
    """Run the whole system here: Valkey, four services, the 2023 catalogue, the drill clock. Ctrl-C stops it."""
    from deploy.local import Stack  # noqa: PLC0415 - `duban --help` stays fast.

    Stack(data, port=port, speed=speed).run()


@app.command()
def migrate(
    service: Annotated[
        str, typer.Argument(help="tasks, notify, metrics or gateway; all when left out.")
    ] = "",
) -> None:
    """Bring the databases named by DUBAN_<SERVICE>_DATABASE_URL to the newest version; safe to repeat."""
    from deploy.migrate import migrate as run  # noqa: PLC0415 - `duban --help` stays fast.

    run(service)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line (this process's own by default); a foreseen failure is one clear line and exit code 1."""
    try:
        app(arguments)
    except DubanError as error:
        sys.stderr.write(f"duban: {error.message}\n")
        sys.exit(1)
