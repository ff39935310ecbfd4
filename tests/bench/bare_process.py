"""The baseline of `stack.*`: an interpreter that imports the libraries of one of our processes and does nothing.

`python -m tests.bench.bare_process service|supervisor`: says "ready", then waits until its input ends.
"""

import importlib
import sys

# What each service has loaded when it is ready, but our own code; and the parent of all, when it is.
LIBRARIES = {
    "service": (
        "fastapi",
        "faststream.redis",
        "httpx",
        "jwt",
        "prometheus_client",
        "pydantic_settings",
        "redis.asyncio",
        "sqlalchemy.ext.asyncio",
        "uvicorn",
    ),
    "supervisor": ("alembic.command", "httpx", "pydantic", "sqlalchemy", "typer"),
}


if __name__ == "__main__":
    for library in LIBRARIES[sys.argv[1]]:
        importlib.import_module(library)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
