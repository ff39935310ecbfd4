"""Alerts go to whom they are for, by what the environment names; amtool reads the same file as Alertmanager."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "alertmanager"
ALL = {
    "DUBAN_ALERTS_PLATFORM_URL": "https://adapter.example/platform?key=a&b=c",
    "DUBAN_ALERTS_PLATFORM_MAIL": "ops@example.gov.cn",
    "DUBAN_ALERTS_BUSINESS_MAIL": "ducha@example.gov.cn",
    "DUBAN_ALERTS_HEARTBEAT_URL": "https://heartbeat.example/duban",
    "DUBAN_ALERTS_SMARTHOST": "mail.example.gov.cn:587",
    "DUBAN_ALERTS_FROM": "duban@example.gov.cn",
    "DUBAN_ALERTS_USER": "duban",
    "DUBAN_ALERTS_PASSWORD": "p: #'%s",
}
needs_amtool = pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed")


def start(folder: Path, **given: str) -> "subprocess.CompletedProcess[str]":
    """Run start.sh up to the program, which `echo` stands for."""
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(folder), "ALERTMANAGER": "echo", **given}
    command = ["sh", str(FOLDER / "start.sh"), "--storage.path=/x"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def amtool(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["amtool", *arguments], capture_output=True, text=True, check=False)


@needs_amtool
@pytest.mark.parametrize("given", [{}, ALL, {"DUBAN_ALERTS_BUSINESS_URL": "http://oa.example/alerts"}])
def test_what_start_writes_is_a_valid_configuration(given: dict[str, str], tmp_path: Path) -> None:
    started = start(tmp_path, **given)

    found = amtool("check-config", str(tmp_path / "alertmanager.yml"))

    assert started.stdout.split() == [f"--config.file={tmp_path}/alertmanager.yml", "--storage.path=/x"]
    assert found.returncode == 0, found.stdout + found.stderr


@needs_amtool
@pytest.mark.parametrize("audience", ["platform", "business", "heartbeat"])
def test_an_alert_goes_to_its_audience(audience: str, tmp_path: Path) -> None:
    start(tmp_path, **ALL)

    found = amtool(
        "config", "routes", "test", f"--config.file={tmp_path}/alertmanager.yml", f"audience={audience}"
    )

    assert found.stdout.strip() == audience


def test_only_what_is_set_is_sent(tmp_path: Path) -> None:
    start(tmp_path, DUBAN_ALERTS_PLATFORM_URL="https://adapter.example/platform")

    text = (tmp_path / "alertmanager.yml").read_text("utf-8")

    assert text.count("url:") == 1
    assert "email_configs" not in text
    assert "smtp" not in text


@pytest.mark.parametrize(
    "given",
    [
        {"DUBAN_ALERTS_PLATFORM_MAIL": "ops@example.gov.cn"},
        {"DUBAN_ALERTS_PLATFORM_URL": 'https://x"}, {url: "y'},
        {"DUBAN_ALERTS_PASSWORD": "back\\slash"},
    ],
)
def test_what_can_not_be_sent_or_written_is_refused_by_name(given: dict[str, str], tmp_path: Path) -> None:
    found = start(tmp_path, **given)

    assert found.returncode == 1
    assert "DUBAN_ALERTS_" in found.stderr
    assert found.stdout == ""


def test_the_file_with_the_secrets_is_its_owners_alone(tmp_path: Path) -> None:
    start(tmp_path, **ALL)

    assert (tmp_path / "alertmanager.yml").stat().st_mode & 0o077 == 0
