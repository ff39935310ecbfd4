"""A platform whose certificate the usual roots don't sign: its roots are a file in the operators' folder."""

from pathlib import Path

import pytest

from services.gateway.returns.domain import roots_in
from services.gateway.returns.domain_form import build_form
from services.gateway.returns.forms import shipped
from services.gateway.returns.sender import open_line
from services.gateway.returns.service_sending import Way
from services.gateway.returns.service_targets import TargetDesk, set_target
from shared.answers import Answer
from shared.calling import Call, NoAnswer
from shared.errors import Invalid
from tests.gateway.returns.world import Desk, order, playing, rated, rectified, target_desk
from tests.notify.channels.doubles import CERTIFICATE, http_double

FOLDER, NAME = CERTIFICATE.parent, CERTIFICATE.name


def way(url: str, ca_file: str) -> Way:
    return Way(url, build_form("duban", shipped(), {}), "", {}, 5.0, "", ca_file)


def desk_with(desk: Desk, folder: Path | None) -> TargetDesk:
    plain = target_desk(desk.clock)
    return TargetDesk(plain.hosts, plain.seal, plain.knows_source, plain.clock, folder)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("root.pem", Path("/roots/root.pem")),
        ("", None),
        ("../root.pem", None),
        (".hidden", None),
        ("a/b", None),
    ],
)
def test_a_file_of_roots_lies_in_the_folder_alone(name: str, found: Path | None) -> None:
    assert roots_in(Path("/roots"), name) == found
    assert roots_in(None, name) is None


async def test_a_platform_is_believed_by_the_roots_of_its_target() -> None:
    heard: list[type[Answer | NoAnswer]] = []
    with http_double(tls=True) as double:
        url = double.base("wecom_robot").replace("http:", "https:")
        for ca_file in (NAME, ""):
            line = open_line(way(url, ca_file), ca_folder=FOLDER)
            heard.append(type(await line.call(Call(url, b"{}"))))
            await line.close()

    assert heard == [Answer, NoAnswer]


async def test_the_usual_roots_are_no_substitute_for_those_that_are_gone(desk: Desk) -> None:
    with playing() as platform:
        await desk.target(platform.url)
        async with desk.db.transaction() as tx:
            await set_target(
                tx, "push", order(platform.url, ca_file=NAME), desk_with(desk, FOLDER), by="key-1"
            )
        await desk.hear(rated(), *rectified())
        await desk.send()  # The sender has no folder.

    assert platform.asked == []
    assert {row.reason for row in await desk.rows() if row.attempts} == {
        f"ca_file {NAME} 读不出，请由运维放回后等待重试"
    }


@pytest.mark.parametrize(
    ("name", "folder"), [(NAME, None), ("none.pem", FOLDER), ("doubles.py", FOLDER), ("../x", FOLDER)]
)
async def test_a_file_that_is_no_roots_is_refused(desk: Desk, name: str, folder: Path | None) -> None:
    async with desk.db.transaction() as tx:
        with pytest.raises(Invalid, match="DUBAN_RETURN_CA_FOLDER"):
            await set_target(
                tx, "push", order("http://127.0.0.1", ca_file=name), desk_with(desk, folder), by="k"
            )
