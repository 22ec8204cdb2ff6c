"""A year of a province of 200 units, with everything that goes wrong in it, from one seed.

The seed decides who is there, who sends when, and what goes wrong when. Where exactly a process
is killed nobody decides: it is killed after so many real seconds.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, select, text

from bot.app import App, Parts, build
from bot.clock import FixedClock
from bot.rehearsal import join, send
from bot.timer import tick
from plans.dialogue import Answer, AnswerState
from plans.messages import Address
from plans.pack import Pack
from plans.people import RoleKind
from scheduler.jobs import instants
from storage import people
from storage.database import Database, sqlite_url
from storage.drafts import Key
from storage.tables import outbox
from tests.scheduler.oracle import DEADLINES, Member, Pass, digests, ladder
from tests.scheduler.platform_log import CHANNEL, Platform
from tests.scheduler.province import at

ROOT = Path(__file__).parents[2]
JOINED = at("2026-01-05")
# So many messages a killed process may leave in doubt.
BATCH = 8
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
UnitPeriod = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """That a unit sends a report at a moment."""

    at: datetime
    unit: str
    period: str


@dataclass(kw_only=True)
class Counts:
    """What went wrong on purpose."""

    passes: int = 0
    kills: int = 0
    killed_at_work: int = 0
    outages: int = 0
    jumps: int = 0
    two_at_once: int = 0
    late_deliveries: int = 0
    submitted_in_between: int = 0


class Forks:
    """Runs instants of the bot in processes of their own, and kills them."""

    def __init__(self, pack_folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "tests/scheduler/tick_server.py", str(pack_folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, order: Mapping[str, object], patience: float) -> int:
        """Run one instant and kill it after so many seconds; return how it ended."""
        child = self._asked(json.dumps(order))
        time.sleep(patience)
        os.kill(child, signal.SIGKILL)
        return self._asked("")

    def _asked(self, line: str) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()


@dataclass(kw_only=True)
class Year:
    """The year as it goes on: the bot, the people, and what is known for the oracle."""

    pack: Pack
    folder: Path
    database: Path
    seed: int
    counts: Counts = field(default_factory=Counts)
    members: dict[str, list[Member]] = field(default_factory=dict)
    above: dict[str, list[str]] = field(default_factory=dict)
    coordinators: list[str] = field(default_factory=list)
    submitted: set[UnitPeriod] = field(default_factory=set)
    # Of each report: the messages that had left, by the order of commits, when it was sent.
    left_before: dict[UnitPeriod, frozenset[int]] = field(default_factory=dict)
    passes: list[Pass] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.clock = FixedClock(JOINED)
        self.log = self.folder / "platform.jsonl"
        self.log.touch()
        self.blocked: set[str] = set()
        self.apps = [self._app() for _ in range(2)]
        self._rungs = {
            rung.at for d in DEADLINES for rung in (*ladder(d, invited=False), *digests(d))
        }
        self.happenings: list[tuple[datetime, str, str]] = []
        self.submissions: list[Submission] = []

    def _app(self) -> App:
        database = Database(sqlite_url(self.database))
        packs = {self.pack.id: self.pack}
        app = build(Parts(database=database, packs=packs, clock=self.clock, secret=b"year"))
        platform = Platform(self.log, self.clock, self.blocked)
        platform.meanwhile = self._meanwhile
        app.add([platform])
        return app

    async def run(self) -> None:
        """Live through the year."""
        await self.apps[0].database.run(self._people)
        self._submissions()
        forks = Forks(self.folder / self.pack.id)
        try:
            down_until = JOINED
            for now in list(self._moments()):
                # What is drawn at an instant depends on it alone, not on what was killed before.
                self.chance = random.Random(f"{self.seed} {now}")
                down_until = await self._instant(now, down_until, forks)
        finally:
            forks.close()
            for app in self.apps:
                await app.database.close()

    def _people(self, connection: Connection) -> None:
        for unit in self.pack.tree:
            for number in range(self.chance.choice((0, 1, 1, 1, 1, 2, 2, 2, 3))):
                self._member(connection, unit.code, f"{unit.code}-{number}")
        # Some people report for two units.
        for one, other in self._pairs():
            shared = self.members[one][0]
            self._joins(connection, shared.chat, RoleKind.FOCAL_POINT, other, shared.since)
            self.members[other].append(shared)
        districts = [unit.code for unit in self.pack.tree if unit.type == "district"]
        for district in districts[::2]:
            kind = RoleKind.DISTRICT_COORDINATOR
            self._joins(connection, f"over-{district}", kind, district, JOINED)
            self.above[district] = [f"over-{district}"]
        for name in ("coordinator-1", "coordinator-2"):
            self._joins(connection, name, RoleKind.COORDINATOR, "", JOINED)
            self.coordinators.append(name)

    def _pairs(self) -> list[tuple[str, str]]:
        communes = [u for u in self.members if u[0] == "V" and len(self.members[u]) == 1]
        return list(zip(communes[0:20:2], communes[1:20:2], strict=True))

    def _member(self, connection: Connection, unit: str, chat: str) -> None:
        since = JOINED
        settled = unit[0] == "D"
        if not settled and self.chance.random() < 0.15:
            since += timedelta(minutes=self.chance.randrange(330 * 24 * 60))
        self._joins(connection, chat, RoleKind.FOCAL_POINT, unit, since)
        member = Member(chat=chat, since=since)
        self.members.setdefault(unit, []).append(member)
        if settled:
            return
        if self.chance.random() < 0.08:
            member.until = since + timedelta(minutes=self.chance.randrange(330 * 24 * 60))
            self.happenings.append((member.until, "leaves", chat))
        for deadline in DEADLINES:
            if self.chance.random() < 0.08:
                first = at(f"{deadline.last}") + timedelta(
                    minutes=self.chance.randrange(-14 * 1440, 7 * 1440)
                )
                last = first + timedelta(minutes=self.chance.randrange(60, 10 * 1440))
                member.blocked.append((first, last))
                self.happenings += [(first, "blocks", chat), (last, "returns", chat)]

    def _joins(
        self, connection: Connection, chat: str, kind: RoleKind, unit: str, since: datetime
    ) -> None:
        address = Address(channel=CHANNEL, chat=chat)
        join(connection, self.apps[0].world, address, self.pack.id, kind, unit, since)

    def _submissions(self) -> None:
        for deadline in DEADLINES:
            for unit in self.pack.tree:
                if self.chance.random() < 0.8:
                    minutes = self.chance.randrange(-14 * 1440, 9 * 1440)
                    if self.chance.random() < 0.3:  # in the minutes around a rung
                        minutes = self.chance.choice((-7, -3, -1, 0, 1, 3)) * 1440 + 480 - 60 * 8
                    when = at(f"{deadline.last}") + timedelta(minutes=minutes)
                    self.submissions.append(
                        Submission(at=when, unit=unit.code, period=deadline.period)
                    )
        self.submissions.sort(key=lambda one: one.at)
        self.happenings.sort()

    def _moments(self) -> Iterator[datetime]:
        """Yield the moments of the year at which the bot is looked at."""
        day = at("2026-01-06 00:00")
        while day < at("2027-01-01 00:00"):
            known = [d for d in DEADLINES if self._is_near(d.last, d.lock, day)]
            if known:
                yield from self._busy(day)
            elif self.chance.random() < 0.3:
                yield day + 8 * HOUR
            day += timedelta(days=1)

    def _is_near(self, last: object, lock: object, day: datetime) -> bool:
        first, end = at(f"{last}") - timedelta(days=17), at(f"{lock}") + timedelta(days=5)
        return first <= day <= end

    def _busy(self, day: datetime) -> Iterator[datetime]:
        found = list(instants(self.apps[0].world, day, day + timedelta(hours=23)))
        found += [m + 2 * MINUTE for m in found[1:2]] + [m + 8 * MINUTE for m in found[1:2]]
        found.append(day + timedelta(minutes=self.chance.randrange(1440)))
        yield from sorted(found)

    async def _instant(self, now: datetime, down_until: datetime, forks: Forks) -> datetime:
        if now < down_until:
            return down_until
        rung = now in self._rungs
        if self.chance.random() < (0.15 if rung else 0.01):
            self.counts.outages += 1
            return now + timedelta(hours=36)
        self.clock.set(now)
        self._happen(now)
        await self._submit(self._due(0.5))
        what = self.chance.random()
        if rung and what < 0.6:
            await self._killed(now, forks)
        elif what < (0.8 if rung else 0.1):
            self.counts.two_at_once += 1
            await self._pass(self.apps)
        elif 0.85 < what < 0.95:
            self.counts.late_deliveries += 1
            await tick(self.apps[0], now)  # what it posted is delivered by some later pass,
            if self.chance.random() < 0.5:  # which may be after an outage
                return now + timedelta(hours=self.chance.choice((4, 36, 72)))
        elif what > 0.95:
            self.counts.jumps += 1
            await self._pass(self.apps[:1])
            for minutes in (60, 30, 0):
                self.clock.set(now - minutes * MINUTE)
                await self._pass(self.apps[:1])
        else:
            await self._pass(self.apps[:1])
        return down_until

    def _due(self, share: float) -> list[Submission]:
        """Return what is to be submitted now, or some of it: the rest a little later."""
        due = [one for one in self.submissions if one.at <= self.clock.now()]
        return [one for one in due if self.chance.random() < share]

    def _happen(self, now: datetime) -> None:
        while self.happenings and self.happenings[0][0] <= now:
            _, what, chat = self.happenings.pop(0)
            if what == "blocks":
                self.blocked.add(chat)
            elif what == "returns":
                self.blocked.discard(chat)
                self._at_once(partial(_return, chat, now))
            else:
                self._at_once(partial(_leave, chat, now))

    def _at_once(self, work: Callable[[Connection], None]) -> None:
        with self.apps[0].database.writer.begin() as connection:
            work(connection)

    async def _submit(self, due: list[Submission]) -> None:
        for one in due:
            if one in self.submissions:
                self.submissions.remove(one)
                await self.apps[0].database.run(partial(self._send, one))

    def _send(self, one: Submission, connection: Connection) -> None:
        key = Key(plan=self.pack.id, period=one.period, unit=one.unit)
        answers = {"TT01": Answer(state=AnswerState.VALUE, value=Decimal(3))}
        send(connection, self.apps[0].world, key, answers, self.clock.now())
        left = select(outbox.c.number).where(outbox.c.state.not_in(("waiting", "withdrawn")))
        self.left_before[one.unit, one.period] = frozenset(connection.execute(left).scalars())
        self.submitted.add((one.unit, one.period))

    async def _meanwhile(self) -> None:
        """Let reports come in while letters are being delivered."""
        if self.chance.random() < 0.05 and (due := self._due(1.0)):
            self.counts.submitted_in_between += 1
            await self._submit(due[:1])

    async def _pass(self, apps: list[App]) -> None:
        """Sweep and deliver until nothing is left: a pass that counts."""
        now, before = self.clock.now(), frozenset(self.submitted)
        await asyncio.gather(*(tick(app, now) for app in apps))
        await self._submit(self._due(0.3))
        for _ in range(2):  # one courier may find what the other one posted or withdrew
            await asyncio.gather(*(app.settle() for app in apps))
        self.counts.passes += 1
        self.passes.append(Pass(now, before, frozenset(self.submitted)))

    async def _killed(self, now: datetime, forks: Forks) -> None:
        """Sweep and deliver in a process that is killed again and again, and started again."""
        order = {
            "database": str(self.database),
            "log": str(self.log),
            "now": now.isoformat(),
            "blocked": sorted(self.blocked),
            "batch": BATCH,
        }
        for _ in range(3):
            order["seed"] = self.chance.randrange(1_000_000)
            # Long enough to open the database, to plan, or to be in the middle of delivering.
            patience = self.chance.choice((0.05, 0.2, 0.4)) * self.chance.uniform(0.5, 1.5)
            ended = await asyncio.to_thread(forks.run, order, patience)
            self.counts.kills += 1
            self.counts.killed_at_work += os.WIFSIGNALED(ended)
            await self._submit(self._due(0.3))
        # At last it is not killed. What was being sent is in doubt and holds its chat for a while.
        await self._pass(self.apps[:1])
        self.clock.set(now + 6 * MINUTE)
        await self._pass(self.apps[:1])


def _address(chat: str) -> Address:
    return Address(channel=CHANNEL, chat=chat)


def _return(chat: str, now: datetime, connection: Connection) -> None:
    people.heard(connection, _address(chat), now)


def _leave(chat: str, now: datetime, connection: Connection) -> None:
    person = people.person_at(connection, _address(chat))
    assert person
    for role in people.roles_of(connection, person.id):
        people.end_role(connection, role.id, now)


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    """Ask a database that nobody writes to any more."""
    opened = Database(sqlite_url(database))
    try:
        with opened.reader.begin() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        opened.writer.dispose()
        opened.reader.dispose()
