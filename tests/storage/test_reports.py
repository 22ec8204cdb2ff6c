"""Reports: every version stays, one is in force; returns and unlocks come and go."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from plans.dialogue import Answer, AnswerState
from storage import reports
from storage.database import Database
from storage.drafts import Key
from storage.reports import Report
from tests.storage.examples import KEY, NOW, OTHER, PLACE, joined, value


def sent(connection: Connection, version: int, key: Key = KEY, **answers: Answer) -> Report:
    return reports.add(
        connection,
        key,
        answers or {"TT01": value(version)},
        version=version,
        sent_at=NOW + timedelta(days=version),
        person_id=None,
        receipt=f"BC-24Q2-{key.unit}-{version}",
        reason=f"reason {version}",
        kept=[{"code": "TT01", "doubt": "checks.doubt.tenfold"}],
        place=PLACE,
    )


class TestReports:
    async def test_each_version_stays_and_the_newest_is_in_force(self, database: Database) -> None:
        for number in (1, 2, 3):
            await database.run(partial(sent, version=number))

        versions = await database.read(lambda tx: reports.versions(tx, KEY))
        latest = await database.read(lambda tx: reports.latest(tx, KEY))

        assert [report.version for report in versions] == [1, 2, 3]
        assert latest == versions[-1]
        figures = [
            await database.read(partial(reports.answers_of, report_id=report.id))
            for report in versions
        ]
        assert [answers["TT01"].value for answers in figures] == [1, 2, 3]

    async def test_a_correction_keeps_the_moment_of_the_first_sending(
        self, database: Database
    ) -> None:
        await database.run(lambda tx: sent(tx, 1))
        added = await database.run(lambda tx: sent(tx, 2))

        latest = await database.read(lambda tx: reports.latest(tx, KEY))

        assert latest == added
        assert latest.first_sent_at == NOW + timedelta(days=1)
        assert latest.sent_at == NOW + timedelta(days=2)

    async def test_a_version_cannot_be_written_twice(self, database: Database) -> None:
        await database.run(lambda tx: sent(tx, 1))

        with pytest.raises(IntegrityError):
            await database.run(lambda tx: sent(tx, 1))

        [only] = await database.read(lambda tx: reports.versions(tx, KEY))
        assert await database.read(lambda tx: reports.latest(tx, KEY)) == only

    async def test_two_processes_that_correct_at_once_make_two_versions(
        self, database: Database, database_url: str
    ) -> None:
        other = Database(database_url)

        def correct(connection: Connection) -> int:
            before = reports.latest(connection, KEY)
            return sent(connection, before.version + 1 if before else 1).version

        numbers = await asyncio.gather(*(each.run(correct) for each in (database, other) * 4))

        assert sorted(numbers) == list(range(1, 9))
        await other.close()

    async def test_the_states_and_money_of_a_report_come_back(self, database: Database) -> None:
        answers = {
            "TT01": value("1234.567891"),
            "TT02": Answer(state=AnswerState.ZERO),
            "TT03": Answer(state=AnswerState.MISSING),
            "TT04": Answer(state=AnswerState.NOT_APPLICABLE),
        }
        report = await database.run(lambda tx: sent(tx, 1, KEY, **answers))

        assert await database.read(lambda tx: reports.answers_of(tx, report.id)) == answers

    async def test_a_receipt_leads_to_its_version(self, database: Database) -> None:
        first = await database.run(lambda tx: sent(tx, 1))
        await database.run(lambda tx: sent(tx, 2))

        assert await database.read(lambda tx: reports.by_receipt(tx, first.receipt)) == first
        assert await database.read(lambda tx: reports.by_receipt(tx, "BC-24Q2-1-XXXX")) is None

    async def test_a_unit_sees_its_own_reports_the_newest_first(self, database: Database) -> None:
        earlier = Key(plan=KEY.plan, period="2024-Q1", unit=KEY.unit)
        await database.run(lambda tx: sent(tx, 1, earlier))
        await database.run(lambda tx: sent(tx, 2))
        await database.run(lambda tx: sent(tx, 3, OTHER))

        mine = await database.read(lambda tx: reports.sent_by(tx, KEY.plan, KEY.unit))

        assert [report.key for report in mine] == [KEY, earlier]


class TestReturns:
    async def test_a_return_is_open_until_it_is_answered(self, database: Database) -> None:
        binh = await database.run(joined)
        codes = frozenset({"TT02", "TT01"})
        await database.run(lambda tx: reports.add_return(tx, KEY, codes, "thiếu", binh, NOW))

        returned = await database.read(lambda tx: reports.open_return(tx, KEY))
        assert returned is not None
        assert (returned.codes, returned.reason, returned.returned_by) == (codes, "thiếu", binh)
        waiting = await database.read(lambda tx: reports.open_returns(tx, KEY.plan, KEY.period))
        assert waiting == {KEY.unit}

        await database.run(lambda tx: reports.answer_returns(tx, KEY, NOW))

        assert await database.read(lambda tx: reports.open_return(tx, KEY)) is None
        assert not await database.read(lambda tx: reports.open_returns(tx, KEY.plan, KEY.period))

    async def test_a_second_return_takes_the_place_of_the_first(self, database: Database) -> None:
        binh = await database.run(joined)
        for code in ("TT01", "TT02"):
            await database.run(
                partial(
                    reports.add_return,
                    key=KEY,
                    codes=frozenset({code}),
                    reason=code,
                    returned_by=binh,
                    now=NOW,
                )
            )

        returned = await database.read(lambda tx: reports.open_return(tx, KEY))

        assert returned is not None
        assert returned.codes == frozenset({"TT02"})
        await database.run(lambda tx: reports.answer_returns(tx, KEY, NOW))
        assert await database.read(lambda tx: reports.open_return(tx, KEY)) is None


class TestUnlocks:
    async def test_an_unlocking_holds_until_its_moment_and_for_its_unit(
        self, database: Database
    ) -> None:
        binh = await database.run(joined)
        until = NOW + timedelta(days=3)
        for days in (3, 1):
            await database.run(
                partial(
                    reports.add_unlock,
                    key=KEY,
                    until=NOW + timedelta(days=days),
                    unlocked_by=binh,
                    now=NOW,
                )
            )

        moments = [NOW, until, until + timedelta(microseconds=1)]
        held = [
            await database.read(partial(reports.unlocked_until, key=KEY, now=at)) for at in moments
        ]

        assert held == [until, until, None]
        assert await database.read(lambda tx: reports.unlocked_until(tx, OTHER, NOW)) is None
