"""Records of many units read at once: equal to each report looked at alone, and quick."""

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bench.planning import country
from bench.server import PLAN as COUNTRY
from plans.calendar import Timeliness, days_late, local, timeliness
from plans.pack import Obligation, Pack
from plans.punctuality import Kept, ranked
from plans.working_days import load_working_days
from plans.world import World
from storage import decisions, people, reports, tables
from storage.database import Database
from storage.drafts import Key
from storage.punctuality import records_of
from tests.person import MUI_NE, PLAN, Town
from tests.storage.examples import ANN

SECOND = 1.0


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
    found = await town.database.read(lambda tx: records_of(tx, world, PLAN, periods, today))
    by_unit = {record.unit.code: record for record in found}
    assert len(found) == len(by_unit) > 150

    pack = world.packs[PLAN]

    def alone(tx: Connection) -> int:
        looked = 0
        for record in found:
            obligation = pack.obligation(record.unit)
            for one in record.periods:
                looked += 1
                key = Key(plan=PLAN, period=one.period.id, unit=record.unit.code)
                report = reports.latest(tx, key)
                if report is None:
                    assert one.kept is Kept.NOT_SENT
                    continue
                own = world.unit_period(PLAN, one.period, record.unit.code)
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
    assert not mine.count(Kept.LATE) or mine.periods[0].kept is not Kept.LATE
    one = await town.database.read(lambda tx: records_of(tx, world, PLAN, periods, today, MUI_NE))
    assert one == [mine]


@pytest.fixture
def whole_country(tmp_path: Path) -> World:
    pack: Pack = country(tmp_path)
    longer = {"valid_from": pack.valid_from.replace(year=2017), "valid_to": pack.valid_to}
    packs: Mapping[str, Pack] = {COUNTRY: pack.model_copy(update=longer)}
    return World(packs=packs, working_days=load_working_days(), secret=b"country")


async def test_a_country_over_twenty_periods_is_ranked_within_a_second(
    database: Database, whole_country: World
) -> None:
    world, today = whole_country, datetime(2026, 12, 31).date()  # noqa: DTZ001
    periods = [p for p in world.calendars[COUNTRY] if not p.form][-20:]
    await database.run(lambda tx: sent(tx, world, COUNTRY, random.Random(5)))

    def work(tx: Connection) -> tuple[float, int]:
        begun = time.process_time()
        places = ranked(records_of(tx, world, COUNTRY, periods, today))
        took = time.process_time() - begun
        return took, len(places)

    took, units = await database.read(work)

    assert units > 3_321
    assert len(periods) == 20
    assert took < SECOND * 2, f"{took:.2f} s"  # a shared machine may be half as quick
