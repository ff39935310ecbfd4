"""The migrated database of the gateway is the one that its models describe."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from services.gateway.accounts import models as _accounts  # noqa: F401 - its tables are the gateway's too.
from services.gateway.audit import models as _audit  # noqa: F401 - as the next.
from services.gateway.idempotency import models as _idempotency  # noqa: F401 - its table is the gateway's too.
from services.gateway.models import Base
from services.gateway.pulls import models as _pulls  # noqa: F401 - its table is the gateway's too.
from services.gateway.returns import models as _returns  # noqa: F401 - its tables are the gateway's too.
from shared import migrations
from shared.tables import BUS


def test_the_migrations_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gateway.db"
    migrations.upgrade("gateway", url)

    with create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, [Base.metadata, BUS])  # type: ignore[arg-type]  # It takes several.

    assert differences == []


def test_the_migrations_can_be_undone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gateway.db"
    migrations.upgrade("gateway", url)

    command.downgrade(migrations.configuration("gateway", url), "base")

    assert inspect(create_engine(url)).get_table_names() == ["alembic_version"]


def test_a_rating_source_becomes_a_feed_source_and_goes_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/gateway.db"
    configuration = migrations.configuration("gateway", url)
    command.upgrade(configuration, "0004")
    with create_engine(url).begin() as connection:
        connection.execute(
            text("INSERT INTO rating_source VALUES ('hall', '大厅', 'gbt39046', 'sms_default')")
        )

    command.upgrade(configuration, "0005")
    with create_engine(url).connect() as connection:
        told = connection.execute(
            text("SELECT form, overrides, enabled FROM feed_source WHERE id = 'hall'")
        ).one()
    command.downgrade(configuration, "0004")
    with create_engine(url).connect() as connection:
        back = connection.execute(text("SELECT * FROM rating_source WHERE id = 'hall'")).one()

    assert tuple(told) == ("duban", '{"lists": {"level": "gbt39046", "channel": "sms_default"}}', 1)
    assert tuple(back) == ("hall", "大厅", "gbt39046", "sms_default")
