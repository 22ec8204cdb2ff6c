"""Between the sweep that posts a letter and its leaving: what changed meanwhile is not told."""

import asyncio
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from bot.app import App, Parts, build
from bot.clock import FixedClock
from bot.rehearsal import join, send
from bot.replay import Recorder
from bot.timer import tick
from plans.dialogue import Answer, AnswerState
from plans.messages import Address
from plans.pack import Pack
from plans.people import RoleKind
from storage import decisions, people, reminders
from storage.database import Database
from storage.drafts import Key
from storage.tables import outbox
from storage.tables import reminders as occurrences
from tests.scheduler.desk import LONG_AGO
from tests.scheduler.province import THREE, at, province

PERIOD, UNIT, OTHER = "2026-H1", "V0001", "V0002"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return province(tmp_path_factory.mktemp("packs"), recurring=THREE)


class Office:
    """The application, its clock and what it sent; sweeping and delivering are separate."""

    def __init__(self, database: Database, pack: Pack) -> None:
        self.database, self.pack = database, pack
        self.clock = FixedClock(LONG_AGO)
        self.app, self.recorder = self.another()

    def another(self) -> tuple[App, Recorder]:
        """Start the application on the same database."""
        packs = {self.pack.id: self.pack}
        app = build(Parts(database=self.database, packs=packs, clock=self.clock, secret=b"office"))
        recorder = Recorder("webchat")
        app.add([recorder])
        return app, recorder

    async def joined(self, name: str, *units: str, kind: RoleKind = RoleKind.FOCAL_POINT) -> int:
        where, now = Address(channel="webchat", chat=name), LONG_AGO

        def work(connection: Connection) -> int:
            world, plan = self.app.world, self.pack.id
            return max(join(connection, world, where, plan, kind, unit, now) for unit in units)

        return await self.database.run(work)

    async def sweeps(self, moment: str) -> None:
        self.clock.set(at(moment))
        await tick(self.app, self.clock.now())

    async def delivers(self, moment: str) -> list[str]:
        """Deliver at a moment; return what left then."""
        self.clock.set(at(moment))
        before = len(self.recorder.sent)
        await self.app.settle()
        return [delivery.reply.text for delivery in self.recorder.sent[before:]]

    async def sends(self, unit: str) -> None:
        answers = {"TT01": Answer(state=AnswerState.VALUE, value=Decimal(3))}
        key, now = Key(plan=self.pack.id, period=PERIOD, unit=unit), self.clock.now()
        await self.database.run(lambda tx: send(tx, self.app.world, key, answers, now))

    async def extends(self, unit: str, until: datetime, by: int) -> None:
        key, now = Key(plan=self.pack.id, period=PERIOD, unit=unit), self.clock.now()
        await self.database.run(lambda tx: decisions.set_deadline(tx, key, until.date(), by, now))

    async def states(self) -> list[str]:
        """Return what became of each occurrence."""
        query = select(occurrences.c.stage, occurrences.c.state).order_by(occurrences.c.id)
        found = await self.database.read(lambda tx: tx.execute(query).all())
        return [f"{stage} {state}" for stage, state in found]


@pytest.fixture
def office(database: Database, pack: Pack) -> Office:
    return Office(database, pack)


async def test_who_has_sent_meanwhile_hears_nothing(office: Office) -> None:
    await office.joined("ann", UNIT)
    await office.sweeps("2026-05-29 08:00")
    await office.sends(UNIT)

    assert await office.delivers("2026-05-29 08:01") == []
    assert await office.states() == ["opening stopped"]
    await office.sweeps("2026-05-29 08:02")
    assert await office.delivers("2026-05-29 08:03") == []


async def test_of_two_units_only_the_one_that_owes_is_left_in_the_letter(office: Office) -> None:
    await office.joined("ann", UNIT, OTHER)
    await office.sweeps("2026-05-29 08:00")
    await office.sends(UNIT)

    [letter] = await office.delivers("2026-05-29 08:01")
    assert OTHER in letter
    assert UNIT not in letter
    assert await office.states() == ["opening stopped", "opening posted"]
    brief = office.recorder.sent[-1].reply.brief
    assert brief
    assert (brief.kind, brief.fields["unit"]) == ("reminder", f"UBND xã {OTHER}, huyện D01")


async def test_who_left_meanwhile_hears_nothing_and_somebody_else_does(office: Office) -> None:
    ann = await office.joined("ann", UNIT)
    await office.joined("binh", UNIT)
    await office.sweeps("2026-05-29 08:00")
    [role] = await office.database.read(lambda tx: people.roles_of(tx, ann))
    await office.database.run(lambda tx: people.end_role(tx, role.id, office.clock.now()))

    assert await office.delivers("2026-05-29 08:01") == []
    await office.sweeps("2026-05-29 08:02")
    assert len(await office.delivers("2026-05-29 08:02")) == 1
    assert office.recorder.sent[-1].address.chat == "binh"


async def test_who_was_given_more_time_meanwhile_is_not_told_to_be_late(office: Office) -> None:
    ann = await office.joined("ann", UNIT)
    await office.sweeps("2026-06-16 08:00")
    await office.extends(UNIT, at("2026-06-22"), ann)

    assert await office.delivers("2026-06-16 08:01") == []
    await office.sweeps("2026-06-19 08:00")
    assert len(await office.delivers("2026-06-19 08:00")) == 1


async def test_what_waited_until_a_later_rung_counts_as_missed(office: Office) -> None:
    await office.joined("ann", UNIT)
    await office.sweeps("2026-06-05 08:00")

    # Started again after days, the courier may look before the first sweep.
    assert await office.delivers("2026-06-11 08:00") == []
    await office.sweeps("2026-06-11 08:00")
    assert len(await office.delivers("2026-06-11 08:01")) == 1
    assert await office.states() == ["opening skipped", "T-7 skipped", "T-3 posted"]


async def test_an_escalation_that_waited_is_told_at_the_later_rung(office: Office) -> None:
    await office.joined("ann", UNIT)
    await office.joined("binh", UNIT)
    await office.sweeps("2026-06-16 08:00")
    assert await office.delivers("2026-06-18 08:00") == []
    await office.sweeps("2026-06-18 08:00")

    assert len(await office.delivers("2026-06-18 08:01")) == 2
    assert Counter(d.address.chat for d in office.recorder.sent) == {"ann": 1, "binh": 1}


async def test_what_the_night_overtook_comes_in_the_morning(office: Office) -> None:
    await office.joined("ann", UNIT)
    await office.sweeps("2026-06-05 19:59")

    assert await office.delivers("2026-06-05 20:00") == []
    await office.sweeps("2026-06-08 07:30")
    assert await office.delivers("2026-06-08 07:30") == []
    await office.sweeps("2026-06-08 08:00")
    assert len(await office.delivers("2026-06-08 08:00")) == 1


async def test_what_waited_over_night_waits_for_the_usual_hour(office: Office) -> None:
    await office.joined("ann", UNIT)
    await office.sweeps("2026-06-05 08:00")

    assert await office.delivers("2026-06-08 07:10") == []
    await office.sweeps("2026-06-08 08:00")
    assert len(await office.delivers("2026-06-08 08:00")) == 1


async def test_a_letter_of_another_day_is_worded_anew(office: Office) -> None:
    await office.joined("ann", UNIT)
    await office.sweeps("2026-06-12 08:00")
    written = await office.database.read(
        lambda tx: tx.execute(select(outbox.c.text)).scalars().all()
    )

    # The last morning was Friday's; Monday is on time still.
    [letter] = await office.delivers("2026-06-15 09:00")
    assert letter != written[-1]
    assert "hôm nay" in letter.lower()


class TestSnoozes:
    """A wish to be reminded again outlives the night and days without a bot."""

    async def test_that_fell_due_while_the_bot_was_away(self, office: Office) -> None:
        ann = await office.joined("ann", UNIT)
        await office.sweeps("2026-06-05 08:00")
        await office.delivers("2026-06-05 08:00")
        await self._wishes(office, ann, "2026-06-05 14:00")

        await office.sweeps("2026-06-05 21:00")
        assert await office.delivers("2026-06-05 21:00") == []
        await office.sweeps("2026-06-08 07:00")
        assert len(await office.delivers("2026-06-08 07:00")) == 1
        await office.sweeps("2026-06-08 07:01")
        assert await office.delivers("2026-06-08 07:01") == []

    async def test_whose_letter_the_night_overtook(self, office: Office) -> None:
        ann = await office.joined("ann", UNIT)
        await office.sweeps("2026-06-05 08:00")
        await office.delivers("2026-06-05 08:00")
        await self._wishes(office, ann, "2026-06-05 14:00")
        await office.sweeps("2026-06-05 19:59")

        assert await office.delivers("2026-06-05 20:00") == []
        await office.sweeps("2026-06-08 08:00")
        assert len(await office.delivers("2026-06-08 08:00")) == 1

    async def test_to_one_moment_twice_stops_no_sweep(self, office: Office) -> None:
        ann = await office.joined("ann", UNIT)
        for _ in range(2):
            await self._wishes(office, ann, "2026-06-05 14:00")
            await office.sweeps("2026-06-05 14:00")
        await office.delivers("2026-06-05 14:00")

        await office.sweeps("2026-06-11 08:00")
        assert len(await office.delivers("2026-06-11 08:00")) == 1

    async def _wishes(self, office: Office, person: int, until: str) -> None:
        await office.database.run(
            lambda tx: reminders.snooze(tx, person, at(until), office.clock.now())
        )


async def test_a_unit_that_a_release_took_away_stops_no_delivery(
    office: Office, tmp_path: Path
) -> None:
    await office.joined("ann", "V0002")
    await office.joined("binh", UNIT)
    await office.sweeps("2026-05-29 08:00")
    office.pack = province(tmp_path, communes=1, recurring=THREE)
    office.app, office.recorder = office.another()

    assert len(await office.delivers("2026-05-29 08:01")) == 1


async def test_two_sweeps_and_two_couriers_at_once(office: Office, database_url: str) -> None:
    for number in range(30):
        await office.joined(f"person {number}", UNIT if number % 2 else OTHER)
    other = Office(Database(database_url), office.pack)
    try:
        for day in ("2026-06-11", "2026-06-16", "2026-06-18"):
            for one in (office, other):
                one.clock.set(at(day))
            apps = (office.app, other.app) * 2
            await asyncio.gather(*(tick(app, at(day)) for app in apps))
            await asyncio.gather(*(app.settle() for app in apps[:2]))
    finally:
        await other.database.close()

    sent = office.recorder.sent + other.recorder.sent
    assert max(Counter(delivery.number for delivery in sent).values()) == 1
    chats = Counter(delivery.address.chat for delivery in sent)
    # The two first contacts are told at each rung, everybody else once as a colleague.
    assert chats == {f"person {n}": 3 if n < 2 else 1 for n in range(30)}
    keys = "SELECT COUNT(*) FROM reminders WHERE state = 'posted'"
    assert await office.database.read(lambda tx: tx.execute(text(keys)).scalar()) == len(sent)
