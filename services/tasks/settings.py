"""Settings of the tasks service."""

from pydantic import SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service needs, and the registry's own.

    Attributes:
        tasks_database_url: The registry's database.
        gateway_url: Inner address of the gateway, whose archive fills a gap in a stream.
    """

    tasks_database_url: SecretStr
    gateway_url: str = "http://127.0.0.1:8001"
