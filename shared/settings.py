"""Settings that every service has; each service adds its own, all from environment variables `DUBAN_…`."""

import socket
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """What each service needs to run; secrets have no default.

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
