"""Settings of the gateway, read once by `app.main`."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """What the gateway needs to run besides what every service does.

    Attributes:
        gateway_database_url: Its own database; holds keys, ratings and the archive.
        tasks_url: Inner API of tasks, as are the next of notify and metrics.
        port: Port of the public API.
        certificate: PEM file of the public port's certificate with its chain; none serves plain HTTP, for a proxy that
            ends TLS.
        certificate_key: PEM file of its private key.
        trusted_proxies: Addresses and networks of such proxies, separated by commas, whose `X-Forwarded-For` and
            `X-Forwarded-Proto` are believed.
        vault_key: Wraps the data keys of the vault; 32 random bytes in base64, kept apart from every backup.
        vault_old_key: The wrapping key before it, until `duban vault rotate` has run.
        vault_retention: Real time after which what the vault keeps of a person is destroyed.
        return_hosts: Hosts to which states may go back, separated by commas: `host`, `host:port`, `*.suffix` or a
            network; none when it is empty.
        returns_from: Position of the archive from which a new installation of returns reads; its present end unless
            set.
        subscriber_hosts: Hosts and networks to which events may be delivered, written as those above; a name that is
            listed may have any address but loopback, link-local and the like, which have to be listed as networks.
        feed_hosts: Hosts from which records may be pulled, written as `return_hosts`; none when it is empty.
        feed_secrets: Secrets of sources that are pulled, by name, as a JSON object; databases' URLs among them.
        feed_secrets_folder: Where each file holds the secret of its name; for what is not in `feed_secrets`.
        rated_ahead: How far in the future of business time a rating may be dated, for the clocks of its sources.
    """

    gateway_database_url: SecretStr
    tasks_url: str = "http://127.0.0.1:9001"
    notify_url: str = "http://127.0.0.1:9002"
    metrics_url: str = "http://127.0.0.1:9003"
    port: int = 8000
    certificate: Path | None = None
    certificate_key: Path | None = None
    trusted_proxies: str = ""
    vault_key: SecretStr
    vault_old_key: SecretStr = SecretStr("")
    vault_retention: timedelta = timedelta(days=3 * 365)
    return_hosts: str = ""
    returns_from: int | None = None
    subscriber_hosts: str = ""
    feed_hosts: str = ""
    feed_secrets: dict[str, SecretStr] = Field(default_factory=dict)
    feed_secrets_folder: Path | None = None
    rated_ahead: timedelta = timedelta(minutes=5)
