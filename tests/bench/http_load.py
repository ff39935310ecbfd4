"""The client side of a benchmark, in a process of its own: keep-alive connections that post prepared bodies.

`python -m tests.bench.http_load PORT PATH KEY CONNECTIONS COUNT` prints the answers per second.
"""

import asyncio
import sys
import time

import uvloop


def rating(number: int) -> bytes:
    """Write one rating that no other number gives."""
    return (
        b'{"source":"push","project_no":"37%020d","service_number":1,"unit_code":"11370800MB2855926Y",'
        b'"item_code":"370100000000000000","region_code":"370800","channel":"1","satisfaction":"5",'
        b'"reasons":["510","511"],"rated_at":"2023-06-20 09:00:00"}' % number
    )


def request(path: str, key: str, body: bytes) -> bytes:
    """Write one HTTP request."""
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


async def _connection(port: int, requests: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for text in requests:
        writer.write(text)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()


async def _load(port: int, path: str, key: str, *, connections: int, count: int) -> float:
    base = time.time_ns() % 10**15
    share = count // connections
    work = [
        [request(path, key, rating(base + who * share + number)) for number in range(share)]
        for who in range(connections)
    ]
    begin = time.perf_counter()
    await asyncio.gather(*(_connection(port, requests) for requests in work))
    return connections * share / (time.perf_counter() - begin)


if __name__ == "__main__":
    port, path, key, connections, count = sys.argv[1:]
    rate = uvloop.run(_load(int(port), path, key, connections=int(connections), count=int(count)))
    sys.stdout.write(f"{rate}\n")
