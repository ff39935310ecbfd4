"""`duban notice …`: what was told to whom, what will be, and the channels that carry it."""

import typer

from deploy import cli_channels
from deploy.cli_forecast import forecast
from deploy.cli_proof import proof

app = typer.Typer(no_args_is_help=True)
app.add_typer(cli_channels.app, name="channels", help="渠道: check their file, send a test message.")
app.command()(proof)
app.command()(forecast)


@app.callback()
def _notices() -> None:
    """Show what was told and will be, and check the channels that carry it."""
