"""Runs a service's Alembic migrations, from code: there is no alembic.ini to keep in step.

Each service has `migrations/env.py` (three lines, calling `run`) and `migrations/versions/`; `BUS` tables are in its
first version. `python -m shared.migrations tasks "message"` writes a new version from the difference to the models.
"""

import importlib
import sys
import tempfile
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, pool

from shared.database import sync_url
from shared.tables import BUS

ROOT = Path(__file__).resolve().parent.parent


def configuration(service: str, url: str) -> Config:
    """Build the Alembic configuration of a service for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "services" / service / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["url"] = sync_url(url)
    return config


def upgrade(service: str, url: str) -> None:
    """Bring the database of `service` to the newest version; safe to repeat."""
    command.upgrade(configuration(service, url), "head")


def knows(service: str, revision: str) -> bool:
    """Say whether a version of a service's database is one of ours; that of a newer program is not."""
    scripts = ScriptDirectory.from_config(configuration(service, "sqlite://"))
    return any(script.revision == revision for script in scripts.walk_revisions())


def newest(service: str) -> str:
    """Name the newest version of a service's database."""
    return ScriptDirectory.from_config(configuration(service, "sqlite://")).get_current_head() or ""


def run(metadata: MetaData) -> None:
    """Run the migrations that Alembic asks for; a service's `env.py` calls it with its own tables."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Kept in the file: connections that a service opens at once would fail over who switches it.
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            connection.commit()  # It began a transaction, which Alembic would take for ours and not commit.
        _run_on(connection, metadata)


def _run_on(connection: Connection, metadata: MetaData) -> None:
    batch = connection.dialect.name == "sqlite"  # SQLite alters a table by copying it.
    context.configure(
        connection=connection, target_metadata=[metadata, BUS], render_as_batch=batch, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """Write a new version for the service and message on the command line."""
    service, message = sys.argv[1], sys.argv[2]
    importlib.import_module(f"services.{service}.models")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/scratch.db"
        upgrade(service, url)
        versions = sorted((ROOT / "services" / service / "migrations" / "versions").glob("*.py"))
        config = configuration(service, url)
        command.revision(config, message, autogenerate=True, rev_id=f"{len(versions) + 1:04d}")


if __name__ == "__main__":
    main()
