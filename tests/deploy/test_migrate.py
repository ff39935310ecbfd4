"""`duban migrate`: every database whose URL is set, waiting for those that do not answer."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from deploy.migrate import SERVICES, migrate
from shared.errors import Invalid, Retryable


def urls(folder: Path, *services: str) -> dict[str, str]:
    return {f"DUBAN_{name.upper()}_DATABASE_URL": f"sqlite:///{folder}/{name}.db" for name in services}


def tables(path: Path) -> set[str]:
    engine = create_engine(f"sqlite:///{path}")
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


@pytest.mark.slow
def test_every_service_with_a_url_gets_its_tables(tmp_path: Path) -> None:
    migrate(environment=urls(tmp_path, *SERVICES))

    assert all({"outbox", "alembic_version"} <= tables(tmp_path / f"{name}.db") for name in SERVICES)


def test_a_named_service_is_migrated_alone(tmp_path: Path) -> None:
    migrate("tasks", environment=urls(tmp_path, "tasks", "notify"))

    assert (tmp_path / "tasks.db").exists()
    assert not (tmp_path / "notify.db").exists()


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    environment = urls(tmp_path, "tasks")
    migrate(environment=environment)
    before = tables(tmp_path / "tasks.db")

    migrate(environment=environment)

    assert tables(tmp_path / "tasks.db") == before


def test_a_database_that_comes_up_late_is_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "late"

    migrate("tasks", environment=urls(folder, "tasks"), sleep=lambda _seconds: folder.mkdir())

    assert "outbox" in tables(folder / "tasks.db")
    assert "waiting for the database of tasks" in capsys.readouterr().err


def test_a_database_that_never_comes_up_ends_it_with_its_place(tmp_path: Path) -> None:
    waited: list[float] = []
    environment = urls(tmp_path / "nowhere", "tasks")

    with pytest.raises(Retryable, match=r"tasks 的数据库 .*nowhere.* 没有应答"):
        migrate(environment=environment, wait=timedelta(seconds=2), sleep=waited.append)

    assert waited == [1.0, 1.0, 1.0]


def test_the_password_of_a_database_is_never_said(capsys: pytest.CaptureFixture[str]) -> None:
    environment = {"DUBAN_TASKS_DATABASE_URL": "postgresql://duban:tiger@127.0.0.1:1/duban"}

    with pytest.raises(Retryable) as found:
        migrate(environment=environment, wait=timedelta(), sleep=lambda _seconds: None)

    assert "tiger" not in capsys.readouterr().err + found.value.message


@pytest.mark.parametrize(("service", "code"), [("nobody", "service.unknown"), ("", "database.missing")])
def test_an_unknown_service_or_a_missing_url_is_said(service: str, code: str) -> None:
    with pytest.raises(Invalid) as found:
        migrate(service, environment={})

    assert found.value.code == code
