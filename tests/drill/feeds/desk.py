"""The desk at which deeds with the tasks of the plans are made: the catalogue is loaded, moves go over the API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.catalogue import CATALOGUE
from services.tasks import catalogue
from shared.database import Database
from tests.drill.feeds import ledger
from tests.drill.feeds.house import House
from tests.drill.feeds.ledger import BY_OFFICE, HAND_OVER, Deed
from tests.drill.feeds.planted import OFFICE


@dataclass
class Desk:
    """Makes the deeds; each has to succeed.

    Attributes:
        tasks, units, plans: Ids of the ledger, by what the catalogue calls them.
    """

    house: House
    tasks: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    plans: Mapping[str, str] = field(default_factory=dict)

    async def load(self, db: Database) -> None:
        """Load the catalogue as it is at the beginning of the play."""
        await catalogue.load(db, CATALOGUE, as_of=self.house.clock.now(), now=self.house.clock.now())
        order = {row[1]: row[0] for row in self.house.rows("tasks", "SELECT id, ordinal FROM plan")}
        self.plans = {plan["id"]: order[plan["order"]] for plan in ledger.rows("plans")}
        self.units = dict(self.house.rows("tasks", "SELECT name, id FROM unit"))
        held = self.house.rows("tasks", "SELECT plan_id, number, id FROM task WHERE plan_id IS NOT NULL")
        known = {(plan, number): task for plan, number, task in held}
        self.tasks = {
            one["id"]: known[self.plans[one["plan_id"]], one["number"]] for one in ledger.rows("tasks")
        }

    def do(self, deed: Deed) -> None:
        """Make a deed."""
        path = f"/tasks/{self.tasks[deed.task]}"
        if deed.do == "ask":
            self._call(f"{path}/extensions", {"wanted_on": deed.said["wanted"], "reason": "按年度剧本"})
        elif deed.do in {"grant", "refuse"}:
            self._call(
                f"{path}/extensions/1/decision", {"grant": deed.do == "grant", "opinion": "按年度剧本"}
            )
        else:
            self._call(f"{path}/moves", self._move(deed))

    def _move(self, deed: Deed) -> dict[str, Any]:
        body: dict[str, Any] = {"move": deed.do}
        if deed.do == "reassign":
            return body | {
                "reason": "按年度剧本",
                "units": [{"role": "lead", "unit_id": self.units[deed.said["to"]]}],
            }
        return body | deed.said | ({"reason": "按年度剧本"} if deed.do in BY_OFFICE else {})

    def hand_over(self) -> None:
        """Let one unit take over what another has open."""
        _, old, new = HAND_OVER
        body = {"kind": "hand_over", "to": self.units[new], "reason": "职责调整"}
        self._call(f"/units/{self.units[old]}/changes", body)

    def exempted(self) -> dict[str, str]:
        """Choose cases that are exempted: what nobody did and what came back; give the unit of each."""
        return {self.tasks[task]: self.units[unit] for task, unit in ledger.excused().items()}

    def _call(self, path: str, body: dict[str, Any]) -> None:
        answer = self.house.call("tasks", "POST", path, OFFICE, body)
        assert answer.is_success, f"{self.house.clock.now()} {path} {body}: {answer.text}"
