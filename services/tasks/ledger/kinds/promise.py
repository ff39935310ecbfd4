"""承诺事项: what a unit, a post or a person said it would do (招商, 政务诚信, 依岗承诺), shown in public 晾晒."""

from services.tasks.ledger.domain_limits import Limit, Span
from services.tasks.ledger.kinds.field import Field
from services.tasks.ledger.kinds.kind import Kind

KIND = Kind(
    id="promise",
    word="承诺事项",
    closed_word="兑现",
    sign=Limit(2, Span.WORKDAYS),
    evidence=True,
    fields=(
        Field(
            name="promised_by",
            word="承诺主体",
            required=True,
            choices={"unit": "单位", "post": "岗位", "person": "个人"},
        ),
        Field(name="post", word="承诺岗位"),
        Field(name="person", word="承诺人编号"),
        Field(name="measure", word="量化标准"),
    ),
    board="承诺兑现晾晒榜",
)
