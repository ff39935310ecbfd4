"""Runs one service as its own `main` does, but on the clock of the play: `… process SERVICE CLOCK_FILE`."""

import asyncio
import importlib
import sys
from pathlib import Path
from typing import Any

import uvloop

from services.gateway import app as gateway
from services.gateway.settings import Settings as GatewaySettings
from shared.interpreter import tune_interpreter
from shared.serving import Port, serve
from shared.telemetry import configure_logging
from tests.drill.feeds.clock import MovedClock


def main() -> None:
    """Run until told to stop."""
    service, clock = sys.argv[1], MovedClock(Path(sys.argv[2]))
    configure_logging(service, level="INFO")
    if service == "gateway":
        _run_gateway(clock)
        return
    module: Any = importlib.import_module(f"services.{service}.app")
    settings = module.Settings()
    app = module.build(settings, clock=clock)
    if service == "metrics":
        tune_interpreter()
    asyncio.run(serve([Port(app, settings.inner_port)], host=settings.host))


def _run_gateway(clock: MovedClock) -> None:
    settings = GatewaySettings()
    apps = gateway.build(settings, clock=clock)
    tune_interpreter()
    ports = [Port(apps.public, settings.port), Port(apps.inner, settings.inner_port)]
    uvloop.run(serve(ports, host=settings.host, closing=apps.appended.close))


if __name__ == "__main__":
    main()
