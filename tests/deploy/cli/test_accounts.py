"""`duban account` and `duban audit`: what whoever has the machine sees and does."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from deploy.cli import accounts
from shared.testing import FakeClock, json_lines, sqlite_database
from tests.deploy.gateways import code_of, printed

LI = ["li.gang", "--person", "JH01", "--name", "李某"]


def duban(folder: Path, *arguments: str) -> Result:
    sqlite_database("gateway", folder, FakeClock())
    env = {"DUBAN_GATEWAY_DATABASE_URL": f"sqlite:///{folder}/gateway.db"}
    group = {"account": accounts.account_app, "audit": accounts.audit_app}[arguments[0]]
    return CliRunner().invoke(group, list(arguments[1:]), env=env)


def test_an_account_is_made_listed_and_given_another_role(tmp_path: Path) -> None:
    head, password = printed(duban(tmp_path, "account", "create", *LI, "--role", "secadmin")).splitlines()
    moved = printed(duban(tmp_path, "account", "role", "LI.GANG", "unit", "--unit", "u1"))
    gone = printed(duban(tmp_path, "account", "role", "li.gang"))

    name = head.split()[0]
    assert head == f"{name} li.gang JH01 secadmin active 李某"
    assert moved == f"{name} li.gang JH01 unit u1 active 李某\n"
    assert gone == printed(duban(tmp_path, "account", "list")) == f"{name} li.gang JH01 - active 李某\n"
    assert len(password) == 23


@pytest.mark.parametrize(
    ("command", "state"), [("lock", "locked"), ("disable", "disabled"), ("unlock", "active")]
)
def test_an_account_is_locked_disabled_and_let_in_again(tmp_path: Path, command: str, state: str) -> None:
    duban(tmp_path, "account", "create", *LI)

    printed(duban(tmp_path, "account", command, "li.gang"))

    (shown,) = json_lines(printed(duban(tmp_path, "account", "list", "--json")))
    assert (shown["login"], shown["state"], shown["second_factor"]) == ("li.gang", state, False)


@pytest.mark.slow
def test_a_new_first_password_and_a_lost_authenticator_are_dealt_with(tmp_path: Path) -> None:
    first = printed(duban(tmp_path, "account", "create", *LI)).splitlines()[1]

    again = printed(duban(tmp_path, "account", "reset", "li.gang")).strip()

    assert again != first
    assert "li.gang" in printed(duban(tmp_path, "account", "drop-factor", "li.gang"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["account", "lock", "nobody"], "account.not_found"),
        (["account", "create", *LI, "--role", "king"], "role.unknown"),
        (["account", "create", *LI, "--role", "unit"], "unit.missing"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, arguments: list[str], code: str) -> None:
    assert code_of(duban(tmp_path, *arguments)) == code
    assert printed(duban(tmp_path, "account", "list")) == ""


def test_the_audit_is_verified_on_the_machine(tmp_path: Path) -> None:
    duban(tmp_path, "account", "create", *LI)
    holds = printed(duban(tmp_path, "audit", "verify"))
    with create_engine(f"sqlite:///{tmp_path}/gateway.db").begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_update"))
        connection.execute(text("UPDATE audit_entry SET what = 'x'"))
    broken = duban(tmp_path, "audit", "verify", "--json")

    assert holds == "审计记录 1 条，哈希链完好 / holds\n"
    assert (broken.exit_code, code_of(broken)) == (1, "audit.broken")
    assert json_lines(broken.stdout) == [{"entries": 0, "broken_at": 1, "how": "altered"}]
