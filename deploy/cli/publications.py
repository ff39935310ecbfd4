"""`duban rating publications`, `draft`, `release` and `withdraw`: which ratings everybody reads, in which words."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.client import DEFAULT_URL, ApiKey, AsJson, Url, connect, show, show_json
from deploy.cli.tables import table

if TYPE_CHECKING:
    from deploy.api_client.common import Kept
    from deploy.api_client.ratings import Proposal

RatingId = Annotated[str, typer.Argument(help="Id of the rating.")]


def publications(
    *,
    state: Annotated[str, typer.Option(help="waiting, published or withdrawn.")] = "waiting",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """List ratings whose raters agreed to publication, the newest first."""
    with connect(url, key) as client:
        found = client.calls.every(client.publications.get_publications, state=state)
    if as_json:
        show_json(found)
        return
    heads = ("评价", "日期", "部门", "事项", "满意度", "公开的文字")
    rows = [(o.rating_id, o.rated_on, o.unit_code, o.item_code, o.level_words, o.text) for o in found]
    for line in table(heads, rows) if rows else ("没有",):
        show(line)


def draft(rating: RatingId, *, as_json: AsJson = False, url: Url = DEFAULT_URL, key: ApiKey = "") -> None:
    """Show what redaction leaves of a rating's words, for a person to check; every look is audited."""
    with connect(url, key) as client:
        found = client.ratings.get_ratings_by_rating_id_publication(rating_id=rating)
    if as_json:
        show_json([found])
        return
    from services.gateway.redaction.domain_marks import FOUND_WORDS, Found  # noqa: PLC0415 - `--help` stays fast.

    show(f"{_line(found)} {found.level_words}")
    show(found.draft or "（没有文字）")
    if found.taken_out:
        kinds = (f"{FOUND_WORDS[Found(kind)]} {number} 处" for kind, number in found.taken_out.items())
        show(f"已遮蔽：{'，'.join(kinds)}")


def release(  # noqa: PLR0913 - each is an option of the command.
    rating: RatingId,
    *,
    text: Annotated[str, typer.Option(help="The words as they are published, checked by a person.")],
    outcome: Annotated[str, typer.Option(help="What came of it 处理结果, published beside them.")] = "",
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Publish a rating; what identifies somebody is refused."""
    body = {"text": text, "outcome": outcome}
    with connect(url, key) as client:
        _tell(client.ratings.post_ratings_by_rating_id_publication(body, rating_id=rating), as_json=as_json)


def withdraw(
    rating: RatingId,
    *,
    reason: Annotated[str, typer.Option(help="Why.")],
    as_json: AsJson = False,
    url: Url = DEFAULT_URL,
    key: ApiKey = "",
) -> None:
    """Take a published rating off the page."""
    with connect(url, key) as client:
        kept = client.ratings.delete_ratings_by_rating_id_publication(rating_id=rating, reason=reason)
        _tell(kept, as_json=as_json)


def _tell(kept: "Kept", *, as_json: bool) -> None:
    if as_json:
        show_json([kept])
    else:
        show(_line(kept))


def _line(kept: "Kept | Proposal") -> str:
    from services.gateway.publication.domain import STATE_WORDS, State  # noqa: PLC0415 - the same.

    return f"{kept.rating_id} {STATE_WORDS[State(kept.state)]}"


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban rating`."""
    for command in (publications, draft, release, withdraw):
        app.command(command.__name__)(command)
