"""What the tests of approvals send: results as an export writes them, and in our own words."""

from tests.gateway.feeds.sending import UNIT, Record

# What no event may hold, nor a log, nor a table but the vault's.
NAME, CREDIT, LICENCE, PHONE = "某某餐饮有限公司", "91610000MA6TX0000X", "JY26101230001234", "13912340000"


def as_export(number: int = 1, **changes: str) -> Record:
    """Write a result as an export has it; an empty value takes something out."""
    row = {
        "办件编号": f"SP2023{number:04d}",
        "事项编码": "0131001",
        "事项类型代码": "1",
        "行政区划": "610481",
        "审批部门统一社会信用代码": UNIT,
        "审批结果": "准予",
        "审批时间": "2023-05-04 10:00:00",
        "有效期至": "2028-05-03",
        "行政相对人名称": NAME,
        "行政相对人统一社会信用代码": CREDIT,
        "联系电话": PHONE,
        "证照编号": LICENCE,
    }
    return {name: value for name, value in (row | changes).items() if value}


def as_words(number: int = 1, **changes: str) -> Record:
    """Write the same result in our own words."""
    return {
        "project_no": f"SP2023{number:04d}",
        "item_code": "0131001",
        "item_type": "01",
        "region_code": "610481",
        "unit_code": UNIT,
        "result": "granted",
        "decided_at": "2023-05-04T10:00:00+08:00",
        "valid_until": "2028-05-03",
        "name": NAME,
        "certificate": CREDIT,
        "licence_no": LICENCE,
    } | changes
