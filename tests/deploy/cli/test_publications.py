"""`duban rating publications`, `draft`, `release` and `withdraw`, against a real gateway."""

from pathlib import Path

import pytest

from shared.testing import json_lines
from tests.deploy.gateways import code_of, printed, real
from tests.gateway.publication.rated import UNIT, rated


@pytest.mark.slow
async def test_a_rating_is_looked_at_released_and_withdrawn(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        rating = await rated(gateway.world.db)
        waiting = printed(await gateway.run("rating", "publications")).splitlines()
        draft = printed(await gateway.run("rating", "draft", rating)).splitlines()
        as_json = json_lines(printed(await gateway.run("rating", "draft", rating, "--json")))[0]
        refused = await gateway.run("rating", "release", rating, "--text", "我叫张晓梅")
        released = printed(await gateway.run("rating", "release", rating, "--text", draft[1]))
        listed = json_lines(
            printed(await gateway.run("rating", "publications", "--state", "published", "--json"))
        )
        withdrawn = printed(await gateway.run("rating", "withdraw", rating, "--reason", "评价人要求"))
        none = printed(await gateway.run("rating", "publications"))

    assert waiting[1].split() == [rating, "2023-06-20", UNIT, "000132001000", "非常不满意"]
    assert draft == [
        f"{rating} 待审核 非常不满意",
        "我叫某某，窗口让我跑了三趟，请回电［电话］。",
        "已遮蔽：电话 1 处，姓名 1 处",
    ]
    assert (as_json["draft"], as_json["state"]) == (draft[1], "waiting")
    assert (refused.exit_code, code_of(refused)) == (1, "publication.not_redacted")
    assert [one["rating_id"] for one in listed] == [rating]
    assert (released, withdrawn, none) == (f"{rating} 已公开\n", f"{rating} 已撤下\n", "没有\n")


@pytest.mark.slow
async def test_those_who_may_not_release_read_no_draft(tmp_path: Path) -> None:
    async with real(tmp_path) as gateway:
        rating = await rated(gateway.world.db)
        looks = await gateway.run("rating", "draft", rating, role="feed")

    assert looks.exit_code == 1
