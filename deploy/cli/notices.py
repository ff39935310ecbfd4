"""`duban notice …`: what was told to whom and will be, by which rules, and the channels that carry it."""

import typer

from deploy.cli import channels, rules, silences
from deploy.cli.forecast import forecast
from deploy.cli.proof import proof

app = typer.Typer(no_args_is_help=True)
app.add_typer(channels.app, name="channels", help="渠道: check their file, send a test message.")
app.add_typer(rules.app, name="rules", help="提醒规则: show the rules and their versions, set others.")
app.add_typer(silences.app, name="silence", help="静默: add, list and end silences.")
app.command()(proof)
app.command()(forecast)


@app.callback()
def _notices() -> None:
    """Show what was told and will be, keep rules and silences, and check the channels that carry it."""
