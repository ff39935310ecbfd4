"""`duban catalogue build`: write the facts of a plan document into a folder that `duban up` loads."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.catalogue import UNITS_FILE

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _catalogue() -> None:
    """The facts of the plans that `duban up` loads."""


@app.command()
def build(
    file: Annotated[Path, typer.Argument(help="The plan document: .txt, .md or .docx.")],
    folder: Annotated[Path, typer.Argument(help="Where to write; its units.json is left as it is.")],
    aliases: Annotated[Path, typer.Option(help="Units with their aliases (JSON).")] = UNITS_FILE,
) -> None:
    """Write titles, units, roles, dates, stage goals, targets and cadences of FILE into FOLDER; no body text."""
    from services.tasks import catalogue  # noqa: PLC0415 - `duban --help` stays fast.
    from services.tasks.importer import parse, read_directory_file, read_document  # noqa: PLC0415 - the same.

    parsed = parse(read_document(file), read_directory_file(aliases))
    counts = catalogue.write(parsed, folder)
    typer.echo("，".join(f"{name} {count}" for name, count in counts.items()) + f" → {folder}")
