"""`duban indicator`, against a gateway that is made up and answers as the service does."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.metrics.indicators.domain import Forecast, Present, stand
from services.metrics.indicators.views import (
    DetailView,
    IndicatorsView,
    IndicatorView,
    KeptView,
    SettingView,
    ValueView,
)
from shared.testing import json_lines
from tests.deploy.gateways import json_answer, made_up, printed, run
from tests.metrics.factories import NOW
from tests.metrics.indicators import made
from tests.metrics.indicators.test_domain import reported

FORECAST = Forecast(date(2023, 12, 31), Decimal(97), "线性")
VALUE = ValueView.of(reported(1, "95", date(2023, 6, 19), corrects="v0"), holds=False)


def shown(present_value: str | None = "95", **changes: Any) -> IndicatorView:  # noqa: ANN401 - JSON.
    present = Present(None if present_value is None else Decimal(present_value), "尚未报送")
    stood = stand(made.indicator(**changes), present, FORECAST, today=date(2023, 6, 20))
    return IndicatorView.of(stood, NOW)


def test_indicators_are_listed_with_target_value_state_and_reason() -> None:
    aimless = shown(None, value=None)
    page = IndicatorsView(as_of=NOW, items=[shown(), aimless, shown(value_max=Decimal(98))]).model_dump(
        mode="json"
    )
    with made_up(json_answer(page)) as gateway:
        lines = printed(run("indicator", "list", "--state", "met", url=gateway.url)).splitlines()
        plain = printed(run("indicator", "list", "--json", url=gateway.url))

    assert gateway.asked[0].url.query == b"state=met&kind=target"
    assert lines[1].split()[:7] == [made.ID, "政务服务事项网上可办率", ">=", "96", "%", "95", "%"]
    assert "尚未报送" in lines[2]
    assert json_lines(plain) == page["items"]


def test_an_indicator_is_shown_with_forecast_and_history() -> None:
    page = DetailView(
        as_of=NOW,
        indicator=shown(),
        setting=SettingView.of(made.indicator()),
        counted="报送值",
        history=[VALUE],
        missed={"2023-Q1": date(2023, 4, 10)},
    ).model_dump(mode="json")
    with made_up(json_answer(page)) as gateway:
        lines = printed(run("indicator", "show", made.ID, url=gateway.url)).splitlines()
        plain = printed(run("indicator", "show", made.ID, "--json", url=gateway.url))

    assert lines[2] == "预测：2023-12-31 为 97（线性）"
    assert lines[5] == "未按时报送：2023-Q1（2023-04-10 到期）"
    assert lines[-1].split()[:3] == ["v1（已更正）", "2023-06-19", "95"]
    assert json_lines(plain) == [page]


def test_a_value_is_reported_with_its_evidence() -> None:
    words = ["--on", "2023-06-19", "--evidence", "att-1", "--evidence", "att-2", "--note", "audited"]
    with made_up(json_answer(VALUE.model_dump(mode="json"), 201)) as gateway:
        said = printed(run("indicator", "report", made.ID, "95", *words, url=gateway.url))

    assert json.loads(gateway.asked[0].content) == {
        "value": "95",
        "on": "2023-06-19",
        "note": "audited",
        "evidence": ["att-1", "att-2"],
    }
    assert said == "已报送 v1：2023-06-19 为 95\n"


def test_a_table_is_uploaded(tmp_path: Path) -> None:
    file = tmp_path / "values.csv"
    file.write_bytes(b"x")
    page = KeptView(items=[VALUE]).model_dump(mode="json")
    with made_up(json_answer(page, 201)) as gateway:
        said = printed(run("indicator", "upload", str(file), "--json", url=gateway.url))

    assert (gateway.asked[0].content, json_lines(said)) == (b"x", page["items"])
