"""`duban subscription check`: sends golden events to a receiver of webhooks, and says what it does wrong."""

import uuid
from collections.abc import Iterator
from typing import Annotated

import httpx
import typer

from shared.clock import LiveClock
from shared.errors import Invalid, Unavailable
from shared.events.receivers import Trial, trials
from shared.webhooks import webhook_key

TIMEOUT_S = 15.0


def check_receiver(
    address: Annotated[str, typer.Argument(help="URL of the receiver.")],
    secret: Annotated[
        str, typer.Option(envvar="DUBAN_WEBHOOK_SECRET", help="whsec_…, which the receiver checks with.")
    ],
) -> None:
    """Test a receiver of webhooks with golden events: what it takes, and what it refuses. Needs no gateway."""
    try:
        webhook_key(secret)
    except ValueError as error:
        raise Invalid(
            f"签名密钥无效（{error}）", code="subscription.secret_invalid", field="secret"
        ) from error
    done, wrong = 0, list[str]()
    with httpx.Client(timeout=TIMEOUT_S) as client:
        for trial, status in _tried(client, address, secret):
            done += 1
            if not _is_right(trial, status):
                wrong.append(f"{trial.name}：应答 {status}；{trial.remedy}")
    for line in wrong:
        typer.echo(line)
    typer.echo(f"共 {done} 项，{done - len(wrong)} 项符合")
    if wrong:
        raise typer.Exit(1)


def _tried(client: httpx.Client, address: str, secret: str) -> Iterator[tuple[Trial, int]]:
    for trial in trials(secret, LiveClock().real_now(), uuid.uuid4().hex[:12]):
        try:
            answer = client.post(address, content=trial.body, headers=trial.headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"接收方 {address} 没有应答：{error}", code="receiver.unavailable") from error
        yield trial, answer.status_code


def _is_right(trial: Trial, status: int) -> bool:
    return 200 <= status < 300 if trial.takes else 400 <= status < 500
