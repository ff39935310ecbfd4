"""What every service's composition root builds alike: its bus as a part, its connections, its figures."""

from collections.abc import Awaitable, Callable, Iterable
from importlib import metadata
from typing import Protocol

from prometheus_client import CollectorRegistry, Info
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from shared.web import Part


class BusPart(Part, Protocol):
    """What a service asks of a bus; the real one is `shared.streams.Bus`, tests bring their own."""

    async def collect(self) -> None:
        """Refresh the bus figures in the registry."""
        ...

    def is_active(self) -> bool:
        """Say whether this replica holds the lease."""
        ...


class FiguresOfHolder(Collector):
    """Shows figures that every replica could read alike only where the lease is held: a sum never counts them twice.

    Attributes:
        registry: Where such figures are registered, instead of the service's own registry.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._bus: BusPart | None = None

    def follow(self, bus: BusPart) -> None:
        """Go by the lease of `bus`; before that nothing is shown."""
        self._bus = bus

    def held(self) -> bool:
        """Say whether this replica shows them now."""
        return self._bus is not None and self._bus.is_active()

    def collect(self) -> Iterable[Metric]:
        """Give them, or nothing on a standby."""
        return self.registry.collect() if self.held() else ()


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


def show_build(service: str, registry: CollectorRegistry) -> FiguresOfHolder:
    """Put `duban_build_info` into the registry, and beside it what only the holder of the lease shows.

    The version is `unknown` where the package is not installed.
    """
    try:
        version = metadata.version("duban")
    except metadata.PackageNotFoundError:
        version = "unknown"
    build = Info("duban_build", "What runs here.", registry=registry)
    build.info({"service": service, "version": version})
    figures = FiguresOfHolder()
    registry.register(figures)
    return figures
