"""Settings from the environment and from a folder of secrets."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.settings import ServiceSettings


def secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "duban_redis_url").write_text("redis://kept\n", "utf-8")
    (folder / "duban_principal_secret").write_text("p" * 32, "utf-8")
    monkeypatch.setenv("DUBAN_SECRETS_FOLDER", str(folder))


def test_what_the_environment_does_not_set_is_read_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets(tmp_path, monkeypatch)

    settings = ServiceSettings()

    assert settings.redis_url.get_secret_value() == "redis://kept"
    assert settings.principal_secret.get_secret_value() == "p" * 32


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets(tmp_path, monkeypatch)
    monkeypatch.setenv("DUBAN_REDIS_URL", "redis://set")

    assert ServiceSettings().redis_url.get_secret_value() == "redis://set"


def test_without_either_the_missing_secret_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DUBAN_REDIS_URL", "DUBAN_PRINCIPAL_SECRET", "DUBAN_SECRETS_FOLDER"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(ValidationError, match="redis_url"):
        ServiceSettings()
