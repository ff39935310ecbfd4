"""`make env` and `.env.example`: random secrets, no defaults, and every variable that the code reads."""

import base64
import re
import stat
from importlib import import_module
from pathlib import Path

import pytest
from dotenv import dotenv_values

from deploy import env
from deploy.migrate import SERVICES

ROOT = Path(__file__).resolve().parents[2]


def shown() -> set[str]:
    """List the variables of the example, with those that only a comment shows."""
    return set(re.findall(r"^#?(DUBAN_\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))


def a_folder(tmp_path: Path, example: str = "DUBAN_PORT=8000\nDUBAN_A_PASSWORD=\nDUBAN_B_SECRET=\n") -> Path:
    (tmp_path / ".env.example").write_text(example, "utf-8")
    return tmp_path


def test_every_secret_gets_its_own_random_value_and_nothing_else_changes(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)

    count = env.write(folder)

    written = dotenv_values(folder / ".env")
    assert count == 2
    assert written["DUBAN_PORT"] == "8000"
    assert len({written["DUBAN_A_PASSWORD"], written["DUBAN_B_SECRET"]}) == 2
    assert all(len(written[name] or "") == 64 for name in ("DUBAN_A_PASSWORD", "DUBAN_B_SECRET"))


def test_a_key_is_thirty_two_random_bytes_in_base64() -> None:
    written = [env.fill("DUBAN_A_KEY=\n").strip().partition("=")[2] for _ in range(2)]

    assert [len(base64.b64decode(key, validate=True)) for key in written] == [32, 32]
    assert written[0] != written[1]


def test_two_installations_share_no_secret() -> None:
    assert env.fill("DUBAN_A_PASSWORD=\n") != env.fill("DUBAN_A_PASSWORD=\n")


def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    env.write(a_folder(tmp_path))

    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_an_existing_file_stays_as_it_is(tmp_path: Path) -> None:
    (a_folder(tmp_path) / ".env").write_text("DUBAN_A_PASSWORD=kept\n", "utf-8")

    with pytest.raises(FileExistsError):
        env.write(tmp_path)

    assert (tmp_path / ".env").read_text("utf-8") == "DUBAN_A_PASSWORD=kept\n"


def test_the_command_says_what_it_wrote_and_refuses_the_second_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_folder(tmp_path)

    codes = [env.main(folder), env.main(folder)]

    said = capsys.readouterr()
    assert codes == [0, 1]
    assert "2 random secrets" in said.out
    assert "stays as it is" in said.err


def test_the_command_names_the_file_that_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = env.main(tmp_path)

    assert code == 1
    assert ".env.example is missing" in capsys.readouterr().err


def test_no_secret_of_the_example_has_a_value() -> None:
    example = dotenv_values(ROOT / ".env.example")

    secret = {name: value for name, value in example.items() if name.endswith(("PASSWORD", "SECRET", "_KEY"))}
    assert secret
    assert not any(secret.values())


def test_whatever_the_example_leaves_empty_is_filled_in(tmp_path: Path) -> None:
    env.write(a_folder(tmp_path, (ROOT / ".env.example").read_text("utf-8")))

    assert all(dotenv_values(tmp_path / ".env").values())


@pytest.mark.parametrize("service", SERVICES)
def test_every_variable_that_a_service_reads_is_in_the_example(service: str) -> None:
    settings = import_module(f"services.{service}.settings").Settings

    read = {f"DUBAN_{field}".upper() for field in settings.model_fields}
    assert read <= shown()


def test_every_variable_of_the_compose_file_is_in_the_example() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")

    assert set(re.findall(r"\$\{(DUBAN_\w+)", text)) <= shown()


@pytest.mark.parametrize("service", SERVICES)
def test_the_settings_load_from_the_example(service: str, tmp_path: Path) -> None:
    settings = import_module(f"services.{service}.settings").Settings
    text = env.fill((ROOT / ".env.example").read_text("utf-8")).replace("\n#DUBAN", "\nDUBAN")
    (tmp_path / ".env").write_text(text, "utf-8")

    loaded = settings(_env_file=tmp_path / ".env")

    assert len(loaded.principal_secret.get_secret_value()) == 64
