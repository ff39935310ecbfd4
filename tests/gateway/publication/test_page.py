"""The page of published ratings: well-formed HTML that everybody may read, in which nothing typed is markup."""

from html.parser import HTMLParser

import pytest

from services.gateway.vault.domain import Private
from tests.gateway.publication.rated import UNIT, archived, deliver, rated, submitted
from tests.gateway.publication.test_publication import API, release
from tests.gateway.world import World

VOID = {"meta", "br", "link", "input", "hr", "img"}


class Reader(HTMLParser):
    """Checks that every element is closed in order, and gathers what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.links: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        said = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links[said["rel"]] = said["href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] != "style":
            self.words.append(data.strip())


async def read(world: World, after: str = "") -> tuple[Reader, dict[str, str]]:
    async with world.stranger() as stranger:
        answer = await stranger.get("/ratings/published", params={"after": after})
    reader = Reader()
    reader.feed(answer.text)
    assert (answer.status_code, reader.open) == (200, [])
    return reader, dict(answer.headers)


async def test_the_page_says_level_unit_reasons_words_and_what_came_of_it(world: World) -> None:
    rating_id = await rated(world.db)
    await release(world, rating_id)

    reader, headers = await read(world)

    assert reader.words[2:] == [
        "经评价人同意公开，个人信息已遮蔽，最新在前。",
        "非常不满意",
        f"2023-06-20　部门 {UNIT}　事项 000132001000",
        "多头跑窗口和部门",
        "服务态度差效率低",
        "某某，窗口让我跑了三趟。",
        "处理结果",
        "已向评价人道歉并公布一次性告知清单。",
    ]
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


async def test_what_somebody_typed_is_never_markup(world: World) -> None:
    rating_id = await rated(
        world.db, Private(text="<script>alert(1)</script>", source="push"), unit_code="<b>u</b>"
    )
    await release(world, rating_id, text="<script>alert(1)</script>", outcome="<img src=x onerror=alert(1)>")

    reader, _ = await read(world)

    assert not {"script", "img", "b"} & set(reader.tags)
    assert "<script>alert(1)</script>" in reader.words


@pytest.mark.slow
async def test_an_empty_page_says_so_and_a_full_one_leads_on(world: World) -> None:
    empty, _ = await read(world)
    reasons = {1: ()}  # And the first names none.
    events = [submitted(number, reasons=reasons.get(number, ("999",)), level=3) for number in range(1, 52)]
    await deliver(world.db, *archived(*events))
    async with await world.client(role="supervisor") as client:
        for number in range(1, 52):
            await client.post(f"{API}/ratings/push.{number}.1/publication", json={"text": ""})

    first, _ = await read(world)
    second, _ = await read(world, first.links["next"].removeprefix("?after="))

    assert "暂无公开的评价。" in empty.words
    assert (first.tags.count("article"), first.words[-1]) == (50, "下一页")
    assert (second.tags.count("article"), second.words[-1]) == (1, "第一页")
    assert ("first" in first.links, second.links) == (False, {"first": "?"})
    assert "代码999" in second.words


async def test_a_page_that_can_not_be_is_refused(world: World) -> None:
    async with world.stranger() as stranger:
        answers = [await stranger.get("/ratings/published", params={"after": at}) for at in ("x", "2" * 2001)]

    assert [answer.status_code for answer in answers] == [422, 422]
