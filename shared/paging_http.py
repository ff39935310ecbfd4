"""How callers ask for pages, and how answers say where the next one is: `Link: <…>; rel="next"` (RFC 8288)."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from shared.paging import MOST, USUAL, Asked, Page

T = TypeVar("T")
LINK: dict[str, Any] = {
    "Link": {
        "description": '列表的下一页：<?…>; rel="next"（RFC 8288，相对于本地址）；最后一页没有',
        "schema": {"type": "string"},
    }
}
LINKED: dict[int | str, dict[str, Any]] = {200: {"headers": LINK}}  # `responses` of a route that links.
LONGEST_PLACE = 2000
After = Annotated[
    str,
    Query(
        max_length=LONGEST_PLACE, description="上一页返回的 next（Link 头中的 after），原样传回；空为第一页"
    ),
]
Limit = Annotated[int, Query(ge=1, le=MOST, description=f"一页的行数，默认 {USUAL}，最多 {MOST}")]


class Linking:
    """Says in the head of an answer where the next page is; for lists that read `after` and `limit` themselves."""

    def __init__(self, request: Request, response: Response) -> None:
        self._request, self._response = request, response

    def tell(self, place: object, *, name: str = "after") -> None:
        """Link to the page that begins behind `place`, which is the parameter `name`; None is for the last page.

        The link is relative, as the public path of a route and the inner one differ.
        """
        if place is not None:
            others = [one for one in self._request.query_params.multi_items() if one[0] != name]
            self._response.headers["link"] = f'<?{urlencode([*others, (name, place)])}>; rel="next"'

    def cut(
        self, rows: Sequence[T], limit: int, place: Callable[[T], object], *, name: str = "after"
    ) -> Sequence[T]:
        """Give a page of rows of which one more than `limit` was read, and link to the next one."""
        page = rows[:limit]
        self.tell(place(page[-1]) if len(rows) > len(page) else None, name=name)
        return page


class Paging(Linking):
    """What a caller asks of a list, as a dependency of its route."""

    def __init__(self, request: Request, response: Response, after: After = "", limit: Limit = USUAL) -> None:
        super().__init__(request, response)
        self.asked = Asked(after, limit)

    def show(self, page: Page[T]) -> list[T]:
        """Give the rows of a page, and link to the next one."""
        self.tell(page.next)
        return list(page.items)
