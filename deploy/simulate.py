"""Makes up a plausible feed of 好差评 ratings: one seed always gives the same ratings, and no code belongs to anyone.

Shares follow what places publish: 好评率 above 99 %, bad ratings 0.01–1 %, each of these with at least one reason.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from shared.clock import SHANGHAI
from shared.errors import Invalid

SCHEME = "push"  # 5 非常满意 … 1 非常不满意, as the provinces' push interface has it.
NOBODYS_REGION = "619900"  # No place has this code, so no office has a credit code with it.
LEAST_BAD, MOST_BAD = 0.0001, 0.01

# `pf` codes: 1 PC端 2 移动端 3 二维码 4 大厅平板电脑 5 大厅其他终端 6 电话 7 短信.
CHANNELS: Mapping[str, int] = {"1": 20, "2": 30, "3": 14, "4": 27, "5": 4, "6": 2, "7": 3}
# 事项类型: 行政许可, 给付, 确认, 奖励, 裁决, 其他, 公共服务.
ITEM_TYPES: Mapping[str, int] = {"01": 34, "05": 6, "07": 18, "08": 1, "09": 1, "10": 12, "20": 28}
GOOD: Mapping[int, float] = {5: 0.955, 4: 0.040, 3: 0.005}
BAD: Mapping[int, float] = {2: 0.7, 1: 0.3}
# Reason codes by level; the offline lists of the national interface. Windows earn mostly attitude, repeated
# materials, several visits and missed promises.
REASONS: Mapping[int, Mapping[str, int]] = {
    5: {"510": 3, "513": 4, "514": 3, "515": 2, "517": 6},
    4: {"408": 2, "410": 2, "411": 4, "413": 3},
    3: {"309": 3, "313": 2, "314": 2},
    2: {"209": 4, "210": 4, "212": 1, "213": 2, "214": 5},
    1: {"108": 1, "109": 2, "113": 3, "114": 4, "115": 5},
}
REASON_SHARE = 0.2  # Of the good ones; a bad one always has a reason.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

Rating = dict[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Profile:
    """What the feed is like.

    Attributes:
        units: How many offices send ratings.
        bad_share: Share of 不满意 and 非常不满意.
        default_share: Share of evaluations that the system gave because nobody did.
        source: Rating source that the gateway knows.
    """

    units: int = 12
    bad_share: float = 0.003
    default_share: float = 0.03
    source: str = "push"

    def __post_init__(self) -> None:
        """Refuse a feed that no place would have.

        Raises:
            Invalid: There is no unit, or the share of bad ratings is outside 0.01–1 %.
        """
        if self.units < 1:
            raise Invalid(f"单位数 {self.units} 至少为 1", code="simulate.units", field="units")
        if not LEAST_BAD <= self.bad_share <= MOST_BAD:
            message = f"差评率 {self.bad_share:.4%} 不合常理，应在 0.01% 与 1% 之间"
            raise Invalid(message, code="simulate.bad_share", field="bad_percent")


class RatingFeed:
    """Gives rating after rating; the same seed and profile give the same ones.

    Attributes:
        seed: What the feed was begun with.
        units: Credit codes of its offices, the busiest first.
    """

    def __init__(self, seed: int, profile: Profile) -> None:
        self.seed = seed
        self._profile = profile
        self._chance = random.Random(seed)  # noqa: S311 - made-up ratings are no secret.
        self.units = _units(profile.units)
        self._items = {unit: _items(unit, self._chance) for unit in self.units}
        self._number = 0

    def next(self, rated_at: datetime) -> Rating:
        """Make up one rating given at `rated_at`."""
        self._number += 1
        unit = self._pick_unit()
        is_default = self._chance.random() < self._profile.default_share
        level = 4 if is_default else self._pick_level()
        return {
            "source": self._profile.source,
            "scheme": SCHEME,
            "project_no": f"61{self.seed % 10**8:08d}{self._number:010d}",
            "service_number": 1,
            "unit_code": unit,
            "item_code": self._chance.choice(self._items[unit]),
            "region_code": NOBODYS_REGION,
            "channel": _pick(self._chance, CHANNELS),
            "satisfaction": str(level),
            "reasons": [] if is_default else self._pick_reasons(level),
            "is_default": is_default,
            "rated_at": rated_at.astimezone(SHANGHAI).isoformat(timespec="milliseconds"),
        }

    def _pick_unit(self) -> str:
        """Pick an office; the first ones are far busier than the last, as everywhere."""
        place = int(len(self.units) * self._chance.random() ** 2)
        return self.units[place]

    def _pick_level(self) -> int:
        return _pick(self._chance, BAD if self._chance.random() < self._profile.bad_share else GOOD)

    def _pick_reasons(self, level: int) -> list[str]:
        """Pick reasons; a bad rating must carry at least one."""
        if level > 2 and self._chance.random() > REASON_SHARE:
            return []
        return sorted({_pick(self._chance, REASONS[level]) for _ in range(self._chance.randint(1, 2))})


def moments(count: int, *, until: datetime, days: float) -> Iterator[datetime]:
    """Spread `count` instants evenly over the `days` before `until`."""
    step = timedelta(days=days) / count
    return (until - step * (count - place - 1) for place in range(count))


def still_owed(elapsed: float, *, rate: float, sent: int) -> int:
    """Tell how many ratings a feed of `rate` a second owes after `elapsed` seconds, when `sent` went out."""
    return max(int(elapsed * rate) - sent, 0)


def to_ndjson(ratings: Sequence[Rating]) -> bytes:
    """Write ratings one a line."""
    return b"".join(json.dumps(rating, ensure_ascii=False).encode() + b"\n" for rating in ratings)


def credit_code(serial: int) -> str:
    """Make the credit code 统一社会信用代码 of an office of nobody's region: valid check digits, nobody's code."""
    body = f"{serial:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    organisation = (
        body + "0123456789X0"[11 - total % 11]
    )  # GB 11714: a rest of 1 gives X, a rest of 0 gives 0.
    return _with_check_character(f"11{NOBODYS_REGION}{organisation}")


def _with_check_character(code: str) -> str:
    """Add the check character of GB 32100-2015 to the first 17."""
    total = sum(CREDIT_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code))
    return code + CREDIT_ALPHABET[-total % 31]


def _units(count: int) -> tuple[str, ...]:
    return tuple(credit_code(10_000 + 137 * number) for number in range(1, count + 1))


def _items(unit: str, chance: random.Random) -> tuple[str, ...]:
    """Make up the items 业务办理项 of a unit: its credit code, a basic code that begins with the type, a serial."""
    kinds = [_pick(chance, ITEM_TYPES) for _ in range(8)]
    return tuple(
        f"{unit}{kind}{chance.randrange(10**11):011d}{number:02d}" for number, kind in enumerate(kinds, 1)
    )


def _pick(chance: random.Random, weights: Mapping[T, float]) -> T:
    return chance.choices(list(weights), list(weights.values()))[0]
