"""What people set for claims 认领: the limit, how often a result may change hands, and whether who approves supervises.

No national rule that we found sets a limit for claiming; 3 工作日 and 3 units are defaults of ours, so they are data.
谁审批、谁监管 is the principle where no other unit is named: the approving department itself answers
for an item that has no row in the directory, unless a place whose 审批局 approves for others says otherwise.
"""

from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import Invalid


class Rules(BaseModel):
    """The rules of one version.

    Attributes:
        claim_workdays: 工作日 in which a unit claims or gives back, and the office finds another unit.
        hops: The last of so many units can't give a result back any more.
        approver_supervises: Whether the approving department has it where the directory says nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim_workdays: Annotated[int, Field(ge=1, le=60)]
    hops: Annotated[int, Field(ge=1, le=10)]
    approver_supervises: bool


@cache
def shipped() -> Rules:
    """Give the rules that hold until somebody sets others."""
    text = resources.files("services.tasks.approvals").joinpath("rules.json").read_text("utf-8")
    return Rules.model_validate_json(text)


def read_rules(said: dict[str, object]) -> Rules:
    """Read rules as people set them; what they leave out is as shipped.

    Raises:
        Invalid: A value makes no sense; the message names its field.
    """
    try:
        return Rules.model_validate(shipped().model_dump() | said)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"认领规则的 {field} 无效（{first.get('input')}），请核对"
        raise Invalid(message, code="approval_rules.invalid", field=field) from error
