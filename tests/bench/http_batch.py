"""The client of `ratings.batch`: posts NDJSON bodies of 10,000 lines on two connections.

`python -m tests.bench.http_batch PORT KEY COUNT`: says "ready", waits for a line, posts.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.bench.http_load import rating

LINES = 10_000


def main() -> None:
    """Prepare, wait, post."""
    port, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    base = time.time_ns() % 10**15
    bodies = [
        b"\n".join(rating(base + number) for number in range(begin, begin + LINES))
        for begin in range(0, count, LINES)
    ]
    headers = {"authorization": f"Bearer {key}", "content-type": "application/x-ndjson"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        with ThreadPoolExecutor(2) as senders:
            for answer in senders.map(
                lambda body: client.post("/api/v1/ratings/batch", content=body), bodies
            ):
                assert answer.json()["accepted"] == LINES, answer.text[:300]


if __name__ == "__main__":
    main()
