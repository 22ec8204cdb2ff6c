"""Summaries: who has sent, and figures that add up exactly."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from plans.dialogue import Answer, AnswerState
from storage import drafts, reports, summaries
from storage.database import Database
from storage.drafts import Key
from tests.storage.examples import KEY, NOW, OTHER, PLACE, value

QUARTERS = ("2024-Q1", "2024-Q2", "2024-Q3")


def send(connection: Connection, key: Key, version: int = 1, **answers: Answer) -> None:
    reports.add(
        connection,
        key,
        answers,
        version=version,
        sent_at=NOW + timedelta(hours=version),
        person_id=None,
        receipt=f"{key.plan[:2]}-{key.period}-{key.unit}-{version}",
        kept=[],
        place=PLACE,
    )


def in_quarter(quarter: str, unit: str = KEY.unit) -> Key:
    return Key(plan=KEY.plan, period=quarter, unit=unit)


class TestSummaries:
    async def test_who_has_sent_is_told_once_with_the_version_in_force(
        self, database: Database
    ) -> None:
        await database.run(lambda tx: send(tx, KEY, 1, TT01=value(1)))
        await database.run(lambda tx: send(tx, KEY, 2, TT01=value(2)))
        await database.run(lambda tx: send(tx, in_quarter("2024-Q1"), TT01=value(3)))

        sent = await database.read(lambda tx: summaries.sent_in(tx, KEY.plan, KEY.period))

        assert {unit: row.version for unit, row in sent.items()} == {KEY.unit: 2}
        assert sent[KEY.unit].first_sent_at == NOW + timedelta(hours=1)

    async def test_a_unit_has_begun_once_it_has_answered_something(
        self, database: Database
    ) -> None:
        draft_id = await database.run(lambda tx: drafts.open_draft(tx, KEY, None, NOW))
        await database.run(lambda tx: drafts.open_draft(tx, OTHER, None, NOW))
        answer = Answer(state=AnswerState.MISSING, at=NOW)

        await database.run(lambda tx: drafts.put(tx, draft_id, "TT01", answer))

        begun = await database.read(lambda tx: summaries.drafts_in(tx, KEY.plan, KEY.period))
        assert begun == {KEY.unit}

    async def test_only_figures_in_force_are_added(self, database: Database) -> None:
        await database.run(lambda tx: send(tx, KEY, 1, TT01=value(100), TT02=value(5)))
        await database.run(lambda tx: send(tx, KEY, 2, TT01=value(10), TT02=value(5)))
        await database.run(lambda tx: send(tx, OTHER, 1, TT01=value(1)))

        rows = await database.read(lambda tx: summaries.figures(tx, KEY.plan, [KEY.period], "TT01"))

        assert {(row.unit, row.answer.value) for row in rows} == {
            (KEY.unit, Decimal(10)),
            (OTHER.unit, Decimal(1)),
        }

    async def test_a_running_total_passes_over_what_has_no_figure(self, database: Database) -> None:
        answers = [value(7), Answer(state=AnswerState.MISSING), Answer(state=AnswerState.ZERO)]
        for quarter, answer in zip(QUARTERS, answers, strict=True):
            key = in_quarter(quarter)
            await database.run(partial(send, key=key, TT01=answer))

        totals = await database.read(
            lambda tx: summaries.running_totals(tx, KEY.plan, KEY.unit, QUARTERS)
        )

        assert totals == {"TT01": Decimal(7)}

    @settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        figures=st.lists(
            st.decimals(min_value=0, max_value=999_999_999, places=6), min_size=1, max_size=3
        )
    )
    async def test_a_running_total_is_exact(
        self, database: Database, figures: list[Decimal]
    ) -> None:
        given_now = dict(zip(QUARTERS, figures, strict=False))

        def total(connection: Connection) -> dict[str, Decimal]:
            with connection.begin_nested() as undone:
                for quarter, figure in given_now.items():
                    send(connection, in_quarter(quarter), KP01=value(str(figure)))
                totals = summaries.running_totals(connection, KEY.plan, KEY.unit, QUARTERS)
                undone.rollback()
            return totals

        assert await database.run(total) == {"KP01": sum(figures, Decimal(0))}
