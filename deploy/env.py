"""Writes `.env` for docker compose: `.env.example` with a fresh random value for every secret.

An existing `.env` is never touched: its passwords are those of the databases that were made with it.
"""

import base64
import re
import secrets
import sys
from pathlib import Path

_SECRET = re.compile(r"^(DUBAN_\w+_(PASSWORD|SECRET|KEY))=$", re.MULTILINE)


def fill(example: str) -> str:
    """Give the text of `.env.example` with 256 random bits as the value of every secret: in hex, keys in base64."""
    return _SECRET.sub(lambda found: f"{found[1]}={_random(found[2])}", example)


def _random(kind: str) -> str:
    return random_key() if kind == "KEY" else secrets.token_hex(32)


def random_key() -> str:
    """Give a random key of 32 bytes in base64, as AES-256 takes it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def write(folder: Path) -> int:
    """Write `.env` beside `.env.example`, readable by its owner only; gives the number of secrets in it.

    Raises:
        FileExistsError: There is a `.env` already.
        FileNotFoundError: There is no `.env.example` in `folder`.
    """
    example = (folder / ".env.example").read_text("utf-8")
    target = folder / ".env"
    target.touch(mode=0o600, exist_ok=False)
    target.write_text(fill(example), "utf-8")
    return len(_SECRET.findall(example))


def main(folder: Path) -> int:
    """Write `.env` in `folder`, or say in one line why not; gives the exit code."""
    try:
        count = write(folder)
    except FileExistsError:
        sys.stderr.write(
            "duban: .env is there already and stays as it is; it holds the passwords of your data\n"
        )
        return 1
    except FileNotFoundError as error:
        sys.stderr.write(f"duban: {error.filename} is missing; run this where docker-compose.yml is\n")
        return 1
    print(f"duban: .env written with {count} random secrets; keep a copy with your backups")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
