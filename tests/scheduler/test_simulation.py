"""A year with everything that goes wrong: nothing is missed, doubled, or told to who has sent.

What had to be told is worked out apart (oracle.py). The seed makes a failing year come again, but
for the instants at which processes are killed.
"""

import logging
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.scheduler import oracle
from tests.scheduler.oracle import DEADLINES
from tests.scheduler.platform_log import read_log
from tests.scheduler.province import THREE, province
from tests.scheduler.year import BATCH, Year, rows

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]

SEED = 20260615
UNIT_NAME = re.compile(r"\bV\d{4}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One occurrence that the bot recorded, and what became of its message."""

    period: str
    unit: str
    stage: str
    chat: str
    audience: str
    state: str
    planned_at: datetime
    number: int
    sending: str


QUERY = """
SELECT r.period, r.unit, r.stage, a.chat, r.audience, r.state, r.planned_at, r.outbox, o.state
FROM reminders r
JOIN addresses a ON a.person_id = r.person_id
LEFT JOIN outbox o ON o.number = r.outbox
"""


class Verdict:
    """A year's log and records, to be held against the oracle."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.log = read_log(year.log)
        self.numbers = {sent.number for sent in self.log}
        self.told = [_told(row) for row in rows(year.database, QUERY)]
        self.arrived = [t for t in self.told if t.state == "posted" and t.number in self.numbers]
        self.in_doubt = [t for t in self.told if t.sending == "unknown"]
        self.units = {unit.code: unit for unit in year.pack.tree}

    def doubled(self) -> list[object]:
        """Messages, or occurrences, that came twice; and rungs told to two who were both there."""
        numbers = Counter(sent.number for sent in self.log)
        found: list[object] = [n for n, count in numbers.items() if count > 1]
        keys = Counter((t.period, t.unit, t.stage, t.chat) for t in self.arrived)
        found += [key for key, count in keys.items() if count > 1]
        rungs: dict[tuple[str, str, str], list[str]] = {}
        for t in self.arrived:
            if t.audience == "reporter":
                rungs.setdefault((t.period, t.unit, t.stage), []).append(t.chat)
            elif t.audience != "digest":
                keys[t.period, t.unit, t.audience, t.chat] += 1
        found += [k for k, count in keys.items() if k[2] in oracle.AUDIENCES and count > 1]
        for (period, unit, stage), chats in rungs.items():
            moved = {m.chat for m in self.year.members[unit] if m.until or m.blocked}
            if len(chats) > 1 and not moved & set(chats):
                found.append((period, unit, stage, chats))
        return found

    def missed(self) -> list[object]:
        """Rungs, escalations and digests that had to come and did not, doubt apart."""
        # Who was told as a colleague knows, whatever became of the first contact's message.
        come = {
            (t.period, t.unit, t.stage)
            for t in self.arrived + self.in_doubt
            if t.audience in ("reporter", "colleague")
        }
        found: list[object] = []
        for code, unit in self.units.items():
            members = self.year.members.get(code, [])
            invited = unit.type == "body"
            wanted = oracle.required(self.year.passes, code, members, invited=invited)
            found += [
                (period, code, name) for period, name in wanted if (period, code, name) not in come
            ]
            if not invited:
                found += self._not_escalated(code)
        return found + self._digests_missed()

    def _not_escalated(self, unit: str) -> list[object]:
        year, parent = self.year, self.units[unit].parent
        steady = [m.chat for m in year.members.get(unit, []) if m.steady]
        everybody = len(steady) == len(year.members.get(unit, []))
        district = [m.chat for m in year.members.get(parent, [])]
        over = year.above.get(parent, []) + year.above.get(unit, [])
        found: list[object] = []
        for days, chats in ((1, steady), (3, district + over), (7, year.coordinators)):
            if days == 1 and not everybody:
                continue
            for period in oracle.escalated(year.passes, unit, days):
                late = {
                    t.chat
                    for t in self.arrived + self.in_doubt
                    if (t.period, t.unit) == (period, unit) and t.stage.startswith("T+")
                }
                found += [(period, unit, days, chat) for chat in chats if chat not in late]
        return found

    def _digests_missed(self) -> list[object]:
        come = {
            (t.period, t.unit, t.stage, t.chat)
            for t in self.arrived + self.in_doubt
            if t.audience == "digest"
        }
        watchers = [("", chat) for chat in self.year.coordinators]
        watchers += [(unit, chat) for unit, chats in self.year.above.items() for chat in chats]
        return [
            (period, unit, name, chat)
            for period, name in oracle.digested(self.year.passes)
            for unit, chat in watchers
            if (period, unit, f"digest {name}", chat) not in come
        ]

    def wrong(self) -> list[object]:
        """What was planned or left at a moment at which another rung, or none, was the newest."""
        deadlines = {deadline.period: deadline for deadline in DEADLINES}
        found: list[object] = []
        left_at = {sent.number: sent.at for sent in self.log}
        for t in self.arrived:
            digest = t.audience == "digest"
            invited = not digest and self.units[t.unit].type == "body"
            deadline = deadlines[t.period]
            rungs = oracle.digests(deadline) if digest else oracle.ladder(deadline, invited=invited)
            for moment in (t.planned_at, left_at[t.number]):
                newest = oracle.newest(rungs, moment)
                if newest is None or newest.name != t.stage.removeprefix("digest "):
                    found.append((moment, t))
        asleep = [s for s in self.log if oracle.newest(_ALWAYS, s.at) is None]
        return found + asleep

    def told_after_sending(self) -> list[object]:
        """Messages about a unit's report that left after it, by the order of commits."""
        numbers: dict[int, list[Told]] = {}
        for t in self.told:
            numbers.setdefault(t.number, []).append(t)
        found: list[object] = []
        for sent in self.log:
            told = [t for t in numbers.get(sent.number, ()) if t.audience != "digest"]
            units = {(t.unit, t.period) for t in told if t.state == "posted"}
            # Periods do not overlap, so a unit's name in the words is about the same one.
            units |= {(name, t.period) for t in told for name in UNIT_NAME.findall(sent.text)}
            for key in units:
                left = self.year.left_before.get(key)
                if left is not None and sent.number not in left:
                    found.append((key, sent))
        return found

    def unmentioned(self) -> list[object]:
        """Communes that a letter counts as told and does not name."""
        text = {sent.number: sent.text for sent in self.log}
        return [
            t
            for t in self.arrived
            if t.unit.startswith("V") and t.audience != "digest" and t.unit not in text[t.number]
            if "…" not in text[t.number]
        ]


_ALWAYS = [oracle.Rung(datetime(2026, 1, 1, tzinfo=UTC), 0, "any")]


def _told(row: tuple[Any, ...]) -> Told:
    *names, planned, number, sending = row
    period, unit, stage, chat, audience, state = names
    return Told(
        period=period,
        unit=unit,
        stage=stage,
        chat=chat,
        audience=audience,
        state=state,
        planned_at=datetime.fromisoformat(planned).replace(tzinfo=UTC),
        number=number or 0,
        sending=sending or "",
    )


def summary(year: Year, verdict: Verdict) -> str:
    """Say in a line what happened in a year."""
    states = Counter(t.state for t in verdict.told)
    return (
        f"seed {year.seed}: {len(verdict.log)} messages tell {len(verdict.arrived)} occurrences, "
        f"{dict(states)}, in doubt {len(verdict.in_doubt)}; "
        f"reports {len(year.submitted)}; {year.counts}"
    )


def some(found: Iterable[object]) -> list[object]:
    return list(found)[:5]


async def test_a_year_of_200_units(
    tmp_path: Path, sqlite_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = province(tmp_path, communes=180, districts=15, invited=5, recurring=THREE)
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=quiet)
    year = Year(pack=pack, folder=tmp_path, database=sqlite_file, seed=SEED)
    await year.run()
    verdict = Verdict(year)
    with capsys.disabled():
        sys.stdout.write(summary(year, verdict) + "\n")

    assert len(year.pack.tree.children("")) + 180 == 200
    assert some(verdict.told_after_sending()) == []
    assert some(verdict.doubled()) == []
    assert some(verdict.wrong()) == []
    assert some(verdict.missed()) == []
    assert some(verdict.unmentioned()) == []
    in_doubt = {t.number for t in verdict.in_doubt}
    assert len(in_doubt) <= BATCH * year.counts.killed_at_work
    assert year.counts.killed_at_work > 10
    assert min(year.counts.outages, year.counts.jumps, year.counts.two_at_once) > 2
