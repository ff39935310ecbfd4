"""How callers ask for pages, and how answers say where the next one is: `Link: <…>; rel="next"` (RFC 8288)."""

from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from shared.paging import MOST, USUAL, Asked, Page

T = TypeVar("T")
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

    def tell(self, place: str | None) -> None:
        """Link to the page that begins behind `place`; on the last page there is no link.

        The link is relative, as the public path of a route and the inner one differ.
        """
        if place is not None:
            others = [one for one in self._request.query_params.multi_items() if one[0] != "after"]
            self._response.headers["link"] = f'<?{urlencode([*others, ("after", place)])}>; rel="next"'


class Paging(Linking):
    """What a caller asks of a list, as a dependency of its route."""

    def __init__(self, request: Request, response: Response, after: After = "", limit: Limit = USUAL) -> None:
        super().__init__(request, response)
        self.asked = Asked(after, limit)

    def show(self, page: Page[T]) -> list[T]:
        """Give the rows of a page, and link to the next one."""
        self.tell(page.next)
        return list(page.items)
