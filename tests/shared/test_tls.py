"""The bus over TLS: a plain Valkey behind an end of TLS, as `rediss://` reaches it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.testing_servers import ValkeyServer
from tests.shared.certificates import make_certificate
from tests.shared.world import Failing, World, effects, publish, unit, units_to, until_cursor, until_trouble


@asynccontextmanager
async def behind_tls(server: ValkeyServer, certificate: Path, key: Path) -> AsyncIterator[str]:
    """End TLS in front of `server`; gives host and port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, outside = await asyncio.open_unix_connection(server.url.removeprefix("unix://"))
        await asyncio.gather(pump(reader, outside), pump(inside, writer), return_exceptions=True)

    listening = await asyncio.start_server(join, "127.0.0.1", 0, ssl=context)
    async with listening:
        yield f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"


@pytest.mark.slow
async def test_the_bus_works_over_tls_with_the_root_that_its_url_names(
    own_valkey: ValkeyServer, tmp_path: Path
) -> None:
    certificate, key = make_certificate(tmp_path)
    async with behind_tls(own_valkey, certificate, key) as place:
        world = World(f"rediss://{place}?ssl_ca_certs={certificate}", tmp_path)
        owner, reader = world.database("tasks"), world.database("notify")
        await world.bus(owner)
        await world.bus(reader, units_to(Failing()))
        await publish(owner, unit("a"), unit("b"))

        await until_cursor(reader, 2)

        assert await effects(reader) == [(1, "a"), (2, "b")]
        await world.close()


async def test_a_certificate_that_nobody_vouches_for_is_no_bus(
    own_valkey: ValkeyServer, tmp_path: Path
) -> None:
    certificate, key = make_certificate(tmp_path)
    async with behind_tls(own_valkey, certificate, key) as place:
        world = World(f"rediss://{place}", tmp_path)

        await until_trouble(await world.bus(world.database("tasks")))

        await world.close()
