"""What every service's composition root builds alike: its bus as a part, its connections, its build info."""

from collections.abc import Awaitable, Callable
from importlib import metadata
from typing import Protocol

from prometheus_client import CollectorRegistry, Info

from shared.web import Part


class BusPart(Part, Protocol):
    """What a service asks of a bus; the real one is `shared.streams.Bus`, tests bring their own."""

    async def collect(self) -> None:
        """Refresh the bus figures in the registry."""
        ...


class Connections:
    """Closes what a service has open, in the order given, after everything else has stopped."""

    def __init__(self, *closing: Callable[[], Awaitable[None]]) -> None:
        self._closing = closing

    async def start(self) -> None:
        """Do nothing: each connects when it is first asked."""

    async def stop(self) -> None:
        """Close all."""
        for close in self._closing:
            await close()

    def problems(self) -> list[str]:
        """Name nothing: the parts that use a connection say when it is gone."""
        return []


def show_build(service: str, registry: CollectorRegistry) -> None:
    """Put `duban_build_info` into the registry; the version is `unknown` where the package is not installed."""
    try:
        version = metadata.version("duban")
    except metadata.PackageNotFoundError:
        version = "unknown"
    build = Info("duban_build", "What runs here.", registry=registry)
    build.info({"service": service, "version": version})
