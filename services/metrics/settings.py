"""Settings of the metrics service, from environment variables `DUBAN_…`."""

from pydantic import SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What metrics needs beside what every service needs.

    Attributes:
        metrics_database_url: Its own database.
        gateway_url: Inner address of the gateway, whose archive fills a gap in a stream.
        survey_key: Seals what people answer in surveys until enough of them did; 32 random bytes in base64, kept apart
            from every backup. Without it there are no surveys.
    """

    metrics_database_url: SecretStr
    gateway_url: str = "http://127.0.0.1:8001"
    survey_key: SecretStr = SecretStr("")
