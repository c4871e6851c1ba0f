"""Feeds of made-up versions: sites, records and reviews, as a centre would write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jdz_field.core.feed import FeedEntry

#: A square of 0.01° near 117.3°E 29.5°N: about 1.075 km².
SQUARE = "29.5 117.3 0 0; 29.5 117.31 0 0; 29.51 117.31 0 0; 29.51 117.3 0 0; 29.5 117.3 0 0"


@dataclass
class Feed:
    """Grows by versions; ``day`` is the centre's day of the next one."""

    entries: list[FeedEntry] = field(default_factory=list)
    day: str = "2024-01-01"

    def say(self, subject: str, kind: str, by: str = "王秀英", **fields: Any) -> None:
        version = 1 + sum(e.subject == subject for e in self.entries)
        position = len(self.entries) + 1
        at = f"{self.day}T02:00:00.{position:03d}Z"
        self.entries.append(
            FeedEntry(
                position, kind, subject, version, fields, None, None, "d", by, f"{at}-0-d", at
            )
        )

    def works(self, subject: str, programme: str = "A2", **fields: Any) -> None:
        first = {"kind_code": programme, "county_code": "360222", "town": "鹅湖镇", "code": subject}
        self.say(subject, "works", **(first | fields))

    def mine(self, subject: str, **fields: Any) -> None:
        first = {"population": "legacy", "county_code": "360222", "town": "瑶里镇", "code": subject}
        self.say(subject, "mine", **(first | fields))

    def record(
        self, subject: str, form: str, site: str, answers: Mapping[str, Any], **more: Any
    ) -> None:
        fields = {"form": form, "form_version": "1", "site": site, "answers": dict(answers)}
        fields |= {"finished": f"{self.day}T01:00:00.000Z", "author": "张三", "review": "received"}
        self.say(subject, "record", by="张三", **(fields | more))

    def works_record(
        self,
        subject: str,
        site: str,
        amount: Any,
        *,
        on: str,
        quantity: str = "watershed",
        unit: str = "km2",
        form: str = "soil_works",
        stage: str = "3",
        verdict: str = "good",
        outline: str = "",
        spent: Any = None,
        **more: Any,
    ) -> None:
        done = {
            "quantity_name": quantity, "quantity_done": amount, "unit": unit, "stage": stage,
            "verdict": verdict, "done_outline": outline, "spent": spent,
        }  # fmt: skip
        self.record(subject, form, site, {"visit": {"survey_date": on}, "done": done}, **more)

    def acceptance(
        self, subject: str, site: str, square_metres: Any, *, on: str, verdict: str = "1",
        **more: Any,
    ) -> None:  # fmt: skip
        answers = {
            "visit": {"accepted_day": on}, "accepted_area_m2": square_metres,
            "acceptance": verdict, "outline": more.pop("outline", ""),
        }  # fmt: skip
        self.record(subject, "mine_acceptance", site, answers, **more)

    def review(self, subject: str, state: str = "approved") -> None:
        self.say(subject, "record", review=state)
