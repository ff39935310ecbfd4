"""Settings that every service has; each service adds its own, all from environment variables `DUBAN_…`."""

import os
import socket
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

SECRETS_FOLDER = "DUBAN_SECRETS_FOLDER"


class ServiceSettings(BaseSettings):
    """What each service needs to run; secrets have no default.

    A variable that is not set is looked for as a file of its name (`duban_redis_url`) in the folder that
    `DUBAN_SECRETS_FOLDER` names, as container platforms mount secrets.

    Attributes:
        redis_url: The bus, `redis://…` or `unix://…`.
        principal_secret: Shared by the gateway, which signs, and the inner services, which check.
        clock_file: The drill triple of an embedded data directory; none means the live clock.
        host: Address to listen on.
        inner_port: Port of the inner API with `/healthz`, `/readyz` and `/metrics`.
        holder: Name of this replica in leases.
    """

    model_config = SettingsConfigDict(env_prefix="DUBAN_", env_ignore_empty=True, frozen=True, extra="ignore")

    redis_url: SecretStr
    principal_secret: SecretStr
    clock_file: Path | None = None
    host: str = "127.0.0.1"
    inner_port: int = 9000
    holder: str = socket.gethostname()
    log_level: str = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment first, then the folder of secrets, where there is one."""
        folder = os.environ.get(SECRETS_FOLDER)
        if folder:
            file_secret_settings = SecretsSettingsSource(settings_cls, folder)
        return init_settings, env_settings, dotenv_settings, file_secret_settings
