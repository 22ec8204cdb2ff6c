"""Records of many units read at once: equal to each report looked at alone, at little work."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bench.planning import COMMUNES, DISTRICTS, country
from bench.server import PLAN as COUNTRY
from plans.calendar import Period, Timeliness, days_late, local, timeliness
from plans.decisions import AskedFor, Closing, Decisions, Release, Request, SetDeadline
from plans.pack import Obligation, Pack
from plans.people import RoleKind
from plans.punctuality import Kept, Record, Tally, ranked
from plans.working_days import load_working_days
from plans.world import World
from storage import decisions, people, reports, tables
from storage.database import Database
from storage.drafts import Key
from storage.punctuality import record_of, tallies_of
from tests.effort import effort
from tests.person import MUI_NE, PLAN, Town
from tests.storage.examples import ANN

CALLS_A_REPORT = 3  # the server adds up


def sent(connection: Connection, world: World, plan: str, chance: random.Random) -> None:
    """Let four of longer units send each period, some days around the last one on time."""
    number = 0
    for period in world.calendars[plan]:
        rows = []
        for unit in world.owing(plan, period):
            if chance.random() < 0.2:
                continue
            number += 1
            at = datetime.combine(period.last_on_time, datetime.min.time(), UTC)
            at += timedelta(hours=chance.randrange(-24 * 9, 24 * 9))
            rows.append(
                {"id": number, "plan": plan, "period": period.id, "unit": unit.code}
                | {"version": chance.randrange(1, 4), "latest": 1, "sent_at": at}
                | {"first_sent_at": at, "receipt": f"BC-{number}", "reason": "", "kept": []}
            )
        connection.execute(insert(tables.reports), rows)


async def test_records_are_what_each_report_says_alone(town: Town) -> None:
    world, today = town.app.world, datetime(2025, 3, 1).date()  # noqa: DTZ001
    periods = [p for p in world.calendars[PLAN] if p.opens <= today]
    now = town.clock.now()

    def write(tx: Connection) -> None:
        sent(tx, world, PLAN, random.Random(3))
        ann = people.add_person(tx, ANN, "vi", now)
        for _ in range(2):
            key = Key(plan=PLAN, period="2024-Q1", unit=MUI_NE)
            reports.add_return(tx, key, frozenset({"TT02"}), "lý do", ann.id, now)
        until = periods[0].last_on_time + timedelta(days=40)
        decisions.set_deadline(tx, Key(plan=PLAN, period=periods[0].id, unit=MUI_NE), until, 1, now)

    await town.database.run(write)
    world = world.decided(await town.database.read(decisions.read))
    pack = world.packs[PLAN]
    found = await town.database.read(lambda tx: records(tx, world, PLAN, periods, today))
    by_unit = {record.unit.code: record for record in found}
    assert len(found) == len(by_unit) > 150

    def alone(tx: Connection) -> int:
        looked = 0
        for record in found:
            obligation = pack.obligation(record.unit)
            for one in record.periods:
                looked += 1
                key = Key(plan=PLAN, period=one.period.id, unit=record.unit.code)
                report = reports.latest(tx, key)
                own = world.unit_period(PLAN, one.period, record.unit.code)
                assert one.due is (own.grace_until < today)
                if report is None:
                    assert one.kept is (Kept.NOT_SENT if one.due else Kept.COMING)
                    continue
                day = local(report.first_sent_at).date()
                state = timeliness(own, day)
                if obligation is Obligation.INVITED and state is not Timeliness.ON_TIME:
                    assert (one.kept, one.days) == (Kept.SENT, 0)
                else:
                    assert (one.kept, one.days) == (Kept(state.value), days_late(own, day))
                assert one.corrections == report.version - 1
        return looked

    assert await town.database.read(alone) > 500
    mine = by_unit[MUI_NE]
    assert (mine.periods[0].returns, mine.periods[0].extended) == (2, True)
    assert not mine.tally.late or mine.periods[0].kept is not Kept.LATE


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_counted_for_all_is_what_each_record_comes_to(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    plan = chance.choice([PLAN, "hai_phong_2016_2020", "quang_ninh_2021_2025"])
    world, binh = town.app.world, await town.joined("binh", RoleKind.COORDINATOR, plan=plan)
    units = [unit.code for unit in world.packs[plan].tree]
    world = world.decided(decided(world, plan, chance))
    day = chance.choice(world.calendars[plan][2:]).last_on_time
    today = day + timedelta(days=chance.randrange(-3, 9))
    periods = [period for period in world.calendars[plan] if period.opens <= today]

    def write(tx: Connection) -> None:
        sent(tx, world, plan, chance)
        known = people.person_at(tx, binh.address)
        assert known
        for _ in range(300):
            key = Key(plan=plan, period=chance.choice(periods).id, unit=chance.choice(units))
            reports.add_return(tx, key, frozenset({"TT02"}), "lý do", known.id, town.clock.now())

    await town.database.run(write)
    root = next(code for code in units if world.packs[plan].tree.children(code))
    for below in ("", root):
        asked = partial(_both, world=world, plan=plan, periods=periods, today=today, root=below)
        each, found = await town.database.read(asked)
        assert found == [record.tally for record in each]
        assert found


def decided(world: World, plan: str, chance: random.Random) -> Decisions:
    """Let units have other deadlines, periods be closed early or late, and some owe nothing."""
    periods, units = world.calendars[plan], [unit.code for unit in world.packs[plan].tree]
    districts = [code for code in units if world.packs[plan].tree.children(code)]

    def some(least: int, most: int) -> datetime:
        day = chance.choice(periods).last_on_time + timedelta(days=chance.randrange(least, most))
        return datetime.combine(day, datetime.min.time(), UTC)

    return Decisions(
        deadlines=tuple(
            SetDeadline(plan=plan, period=one.id, unit=unit, until=until, set_at=some(-9, 9))
            for one in (chance.choice(periods) for _ in range(80))
            for unit in (chance.choice(["", *units, *units]),)
            for until in (one.last_on_time + timedelta(days=chance.randrange(-3, 20)),)
        ),
        closings=tuple(
            Closing(
                plan=plan,
                period=one.id,
                unit=chance.choice(["", *districts, chance.choice(units)]),
                closed_at=datetime.combine(one.last_on_time, datetime.min.time(), UTC)
                + timedelta(days=chance.randrange(-9, 20)),
            )
            for one in (chance.choice(periods) for _ in range(8))
        ),
        releases=(
            Release(
                plan=plan,
                period=chance.choice(periods).id,
                units=frozenset(chance.sample(units, 9)),
            ),
        ),
        requests=(
            Request(
                plan=plan,
                number=1,
                title="Rà soát",
                questions=(AskedFor(label="Số cơ sở", measure="cơ sở"),),
                units=tuple(chance.sample(units, 30)),
                until=some(-30, 30).date(),
                opened_at=some(-200, -90),
            ),
        ),
    )


def _both(
    connection: Connection,
    world: World,
    plan: str,
    periods: list[Period],
    today: date,
    root: str,
) -> tuple[list[Record], list[Tally]]:
    where = (connection, world, plan, periods, today, root)
    return records(*where), tallies_of(*where)


def records(
    connection: Connection,
    world: World,
    plan: str,
    periods: list[Period],
    today: date,
    root: str = "",
) -> list[Record]:
    """Return the record of every unit below one, or of the province, that any period asks."""
    tree = world.packs[plan].tree
    units = [unit.code for unit in (tree.subtree(root) if root else tree)]
    found = [record_of(connection, world, plan, periods, today, unit) for unit in units]
    return [one for one in found if one]


@pytest.fixture
def whole_country(tmp_path: Path) -> World:
    pack: Pack = country(tmp_path)
    longer = {"valid_from": pack.valid_from.replace(year=2017), "valid_to": pack.valid_to}
    packs: Mapping[str, Pack] = {COUNTRY: pack.model_copy(update=longer)}
    return World(packs=packs, working_days=load_working_days(), secret=b"country")


async def test_many_communes_over_twenty_periods_are_ranked_by_the_server(
    database: Database, whole_country: World
) -> None:
    world, today = whole_country, datetime(2026, 12, 31).date()  # noqa: DTZ001
    periods = [p for p in world.calendars[COUNTRY] if not p.form][-20:]
    await database.run(lambda tx: sent(tx, world, COUNTRY, random.Random(5)))

    def work(tx: Connection) -> int:
        return len(ranked(tallies_of(tx, world, COUNTRY, periods, today)))

    calls, units = await database.read(lambda tx: effort(partial(work, tx)))

    assert units == COMMUNES + DISTRICTS
    assert len(periods) == 20
    assert calls < CALLS_A_REPORT * units * len(periods), calls / units / len(periods)
