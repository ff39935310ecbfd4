"""What a row of the tables says."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

Service = Literal["tasks", "notify", "metrics", "gateway"]
JSON = "application/json"
BYTES = "application/octet-stream"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Route(NamedTuple):
    """One public route; the inner service has the same path.

    Attributes:
        query: Names of the query parameters, for the OpenAPI document; all are passed on.
        body: Content type of the body, or empty for none.
        file: It answers a file, which is handed on as it comes.
        seconds: Real seconds that the inner service may take; a file, for each piece.
        service: Who answers it; of a table, `answered_by` says it once.
    """

    method: str
    path: str
    scope: str
    summary: str
    query: tuple[str, ...] = ()
    body: str = ""
    file: bool = False
    seconds: float = 10.0
    service: Service = "gateway"


class OpsRoute(NamedTuple):
    """One operations route of every service; public under `/ops/{service}`."""

    method: str
    path: str
    scope: str
    summary: str
    body: str = ""


def answered_by(service: Service, table: Iterable[Route], *, at_least: float = 0.0) -> Iterator[Route]:
    """Give the routes of a table with the service that answers them, which may take `at_least` so many seconds."""
    for route in table:
        yield route._replace(service=service, seconds=max(route.seconds, at_least))
