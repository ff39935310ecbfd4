"""`duban simulate`: sends a made-up feed of ratings to the gateway, as a rating system would."""

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.api_client import Duban
from deploy.cli.client import DEFAULT_URL, connect
from deploy.simulate import Profile, Rating, RatingFeed, moments, still_owed, to_ndjson
from shared.clock import SHANGHAI
from shared.errors import Invalid

if TYPE_CHECKING:
    from deploy.api_client.ratings import BatchTaken

app = typer.Typer(add_completion=False)
NDJSON = "application/x-ndjson"
MOST_IN_BATCH = 20_000
ASK_AGAIN = 10.0  # seconds, after which the system is asked for its time again
TICK = 0.1  # seconds between the batches of a feed with a rate
SHOWN_REJECTIONS = 3


@dataclass(slots=True)
class Tally:
    """What became of the ratings that were sent."""

    sent: int = 0
    accepted: int = 0
    repeated: int = 0
    rejected: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, sent: int, answer: "BatchTaken") -> None:
        """Add the gateway's answer to a batch of `sent` ratings."""
        self.sent += sent
        self.accepted += answer.accepted
        self.repeated += answer.repeated
        self.rejected += len(answer.rejected)
        spare = SHOWN_REJECTIONS - len(self.reasons)
        self.reasons += [f"{line.code} {line.message}" for line in answer.rejected[:spare]]

    def line(self, seconds: float) -> str:
        """Say in Chinese how far it is."""
        rate = self.sent / seconds if seconds else 0.0
        head = f"已报送 {self.sent:,} 条（{rate:,.0f} 条/秒）"
        return f"{head}：收下 {self.accepted:,}，重复 {self.repeated:,}，拒收 {self.rejected:,}"


class Sender:
    """Sends batches to the gateway and tells how far it is, once a second.

    Attributes:
        tally: What became of everything so far.
    """

    def __init__(
        self, client: Duban, say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.tally = Tally()
        self._client = client
        self._say = say
        self._clock = clock
        self._began = self._said = clock()

    @property
    def elapsed(self) -> float:
        """Give the seconds since the beginning."""
        return self._clock() - self._began

    def send(self, ratings: list[Rating]) -> None:
        """Send one batch.

        Raises:
            Unavailable: The gateway does not answer, or a service behind it is down.
            Permanent: It refuses the batch; the message is its own.
        """
        answer = self._client.ratings.post_ratings_batch(to_ndjson(ratings), content_type=NDJSON)
        self.tally.add(len(ratings), answer)
        if self._clock() - self._said >= 1:
            self._said = self._clock()
            self._say(self.tally.line(self.elapsed))


def business_time(client: Duban) -> datetime:
    """Ask which time the system lives in: a drill is not today, and the gateway takes no rating of the future."""
    told = client.calls.send("GET", "/clock").json()  # It stands beside the API, not in its document.
    return datetime.fromisoformat(told["now"])


class SystemClock:
    """Business time as the system has it, asked anew from time to time: a drill may be fast or slow."""

    def __init__(self, client: Duban, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._seconds = seconds
        self._told: tuple[float, datetime] | None = None  # When it was asked, and what it said.

    def now(self) -> datetime:
        """Give business time."""
        at = self._seconds()
        if self._told is None or at - self._told[0] >= ASK_AGAIN:
            self._told = (at, business_time(self._client))
        return self._told[1] + timedelta(seconds=at - self._told[0])


def play_all(sender: Sender, feed: RatingFeed, instants: Iterator[datetime], *, batch: int) -> None:
    """Send a rating for each instant, as fast as the gateway takes them."""
    while chosen := list(islice(instants, batch)):
        sender.send([feed.next(instant) for instant in chosen])


def play_at_rate(
    sender: Sender, feed: RatingFeed, *, rate: float, count: int | None, now: Callable[[], datetime]
) -> None:
    """Send `rate` ratings a second, each dated when it is sent, until there are `count` or for ever."""
    while count is None or sender.tally.sent < count:
        owed = still_owed(sender.elapsed, rate=rate, sent=sender.tally.sent)
        owed = min(owed, MOST_IN_BATCH, owed if count is None else count - sender.tally.sent)
        if owed:
            instant = now()
            sender.send([feed.next(instant) for _ in range(owed)])
        time.sleep(TICK)


def until_interrupted(work: Callable[[], None], say: Callable[[str], None]) -> None:
    """Do `work` until it is done or Ctrl-C ends it; what was sent until then is still reported."""
    try:
        work()
    except KeyboardInterrupt:
        say("已中断 / interrupted")


def _read_instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"时间 {text} 无法识别，请写成 2023-06-20T09:00 的样子"
        raise Invalid(message, code="simulate.at", field="at") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


def _running_from(begun: datetime) -> Callable[[], datetime]:
    """Give a clock that is at `begun` now."""
    origin = time.monotonic()
    return lambda: begun + timedelta(seconds=time.monotonic() - origin)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


@app.command()
def simulate(  # noqa: PLR0913 - each is an option of the command line.
    *,
    key: Annotated[
        str, typer.Option(envvar="DUBAN_API_KEY", help="API key with the scope ratings:write.")
    ] = "",
    url: Annotated[str, typer.Option(envvar="DUBAN_URL", help="The gateway.")] = DEFAULT_URL,
    count: Annotated[
        int, typer.Option(min=0, help="How many ratings; 0 with --rate goes on for ever.")
    ] = 1000,
    rate: Annotated[float, typer.Option(min=0, help="Ratings a second; 0 is as fast as they are taken.")] = 0,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed and --at send the same ratings again.")
    ] = None,
    units: Annotated[int, typer.Option(min=1, max=1000, help="How many offices.")] = 12,
    bad_percent: Annotated[float, typer.Option(help="Share of bad ratings, 0.01 to 1 %.")] = 0.3,
    batch: Annotated[int, typer.Option(min=1, max=MOST_IN_BATCH, help="Ratings in one request.")] = 1000,
    at: Annotated[str, typer.Option(help="Business time of the feed; the system's own when left out.")] = "",
    days: Annotated[
        float, typer.Option(min=0.001, help="Without --rate: spread over so many days until then.")
    ] = 1,
    source: Annotated[
        str, typer.Option(help="Rating source that the gateway knows, on the push scale.")
    ] = "push",
    as_json: Annotated[bool, typer.Option("--json", help="Print the tally as one JSON object.")] = False,
) -> None:
    """Send a made-up feed of ratings: 99 % and more good, with channels, items and reasons. Ctrl-C ends it."""
    feed = RatingFeed(
        secrets.randbelow(10**8) if seed is None else seed,
        Profile(units=units, bad_share=bad_percent / 100, source=source),
    )
    with connect(url, key) as client:
        begun = _read_instant(at) if at else business_time(client)
        sender = Sender(client, _say)
        if rate:
            now = _running_from(begun) if at else SystemClock(client).now
            until_interrupted(
                lambda: play_at_rate(sender, feed, rate=rate, count=count or None, now=now), _say
            )
        elif count:
            instants = moments(count, until=begun, days=days)
            until_interrupted(lambda: play_all(sender, feed, instants, batch=batch), _say)
    # What goes out at a rate is dated when it does, so only the other kind can be sent again.
    again = "" if rate else f"--seed {feed.seed} --at {begun.isoformat()}"
    _report(sender.tally, again, sender.elapsed, as_json=as_json)


def _report(tally: Tally, again: str, seconds: float, *, as_json: bool) -> None:
    """Say what became of everything; `again` are the options that send the same ratings again."""
    if as_json:
        typer.echo(json.dumps(asdict(tally) | {"again": again}, ensure_ascii=False))
        return
    typer.echo(tally.line(seconds) + (f"（{again} 可重现）" if again else ""))
    for reason in tally.reasons:
        typer.echo(f"  拒收：{reason}")
