"""Drafts: what was answered comes back exactly as it was meant."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, StatementError

from plans.dialogue import Answer, AnswerState, Doubt
from storage import drafts
from storage.database import Database
from tests.storage.examples import KEY, NOW, OTHER, joined, value

DOUBT = Doubt(key="checks.doubt.tenfold", args={"value": "12500", "before": "800", "times": 15})


def begun(connection: Connection, **answers: Answer) -> int:
    draft_id = drafts.open_draft(connection, KEY, None, NOW)
    for code, answer in answers.items():
        drafts.put(connection, draft_id, code, replace(answer, at=NOW))
    return draft_id


async def found(database: Database) -> dict[str, Answer]:
    draft = await database.read(lambda tx: drafts.find(tx, KEY))
    assert draft is not None
    return draft.answers


class TestDrafts:
    async def test_a_unit_has_one_draft_a_period(self, database: Database) -> None:
        await database.run(begun)

        with pytest.raises(IntegrityError):
            await database.run(begun)
        await database.run(lambda tx: drafts.open_draft(tx, OTHER, None, NOW))

    async def test_where_none_was_opened_there_is_none(self, database: Database) -> None:
        assert await database.read(lambda tx: drafts.find(tx, KEY)) is None

    async def test_the_four_states_are_never_confused(self, database: Database) -> None:
        answers = {
            "TT01": value(15),
            "TT02": Answer(state=AnswerState.ZERO),
            "TT03": Answer(state=AnswerState.MISSING),
            "TT04": Answer(state=AnswerState.NOT_APPLICABLE),
            "TT05": value(0),
        }
        await database.run(lambda tx: begun(tx, **answers))

        back = await found(database)

        assert back == {code: replace(answer, at=NOW) for code, answer in answers.items()}
        assert [back[code].number for code in answers] == [15, 0, None, None, 0]

    @pytest.mark.parametrize(
        "written", ["0.000001", "0.1", "1234.5", "999999999", "999999999.999999", "1E+3"]
    )
    async def test_money_is_exact(self, database: Database, written: str) -> None:
        await database.run(lambda tx: begun(tx, KP01=value(written)))

        back = (await found(database))["KP01"].value

        assert back == Decimal(written)
        assert isinstance(back, Decimal)

    async def test_a_whole_figure_comes_back_without_decimals(self, database: Database) -> None:
        await database.run(lambda tx: begun(tx, KP01=value("1200.000000")))

        assert f"{(await found(database))['KP01'].value:f}" == "1200"

    async def test_a_figure_finer_than_one_dong_is_refused(self, database: Database) -> None:
        with pytest.raises(StatementError, match="six decimals"):
            await database.run(lambda tx: begun(tx, KP01=value("0.0000001")))

    async def test_a_doubt_and_a_kept_doubt_come_back(self, database: Database) -> None:
        doubted = replace(value(12500), doubt=DOUBT)
        kept = replace(value(12500), kept=DOUBT)
        await database.run(lambda tx: begun(tx, TT02=doubted, TT03=kept))

        back = await found(database)

        assert back == {"TT02": replace(doubted, at=NOW), "TT03": replace(kept, at=NOW)}

    async def test_who_answered_when_is_kept(self, database: Database) -> None:
        ann = await database.run(joined)
        late = NOW + timedelta(days=2, microseconds=123456)
        draft_id = await database.run(begun)

        answer = replace(value(1), person_id=ann, at=late)
        await database.run(lambda tx: drafts.put(tx, draft_id, "TT01", answer))

        assert await found(database) == {"TT01": answer}

    async def test_a_new_answer_takes_the_place_of_the_old(self, database: Database) -> None:
        draft_id = await database.run(lambda tx: begun(tx, TT01=replace(value(1), doubt=DOUBT)))

        await database.run(lambda tx: drafts.put(tx, draft_id, "TT01", replace(value(2), at=NOW)))

        assert await found(database) == {"TT01": replace(value(2), at=NOW)}

    async def test_an_answer_can_be_taken_back(self, database: Database) -> None:
        draft_id = await database.run(lambda tx: begun(tx, TT01=value(1), TT02=value(2)))

        await database.run(lambda tx: drafts.remove_answer(tx, draft_id, "TT01"))

        assert list(await found(database)) == ["TT02"]

    async def test_a_draft_remembers_what_it_corrects_and_what_is_asked(
        self, database: Database
    ) -> None:
        asked = frozenset({"TT02", "TT01"})
        draft_id = await database.run(
            lambda tx: drafts.open_draft(tx, KEY, None, NOW, base_version=3, asked=asked)
        )

        draft = await database.read(lambda tx: drafts.find(tx, KEY))
        assert draft is not None
        assert (draft.id, draft.base_version, draft.asked) == (draft_id, 3, asked)

        await database.run(lambda tx: drafts.ask_only(tx, draft_id, frozenset({"TT05"})))

        draft = await database.read(lambda tx: drafts.find(tx, KEY))
        assert draft is not None
        assert draft.asked == frozenset({"TT05"})

    async def test_a_closed_draft_is_gone_with_its_answers(self, database: Database) -> None:
        draft_id = await database.run(lambda tx: begun(tx, TT01=value(1)))

        await database.run(lambda tx: drafts.close(tx, draft_id))
        await database.run(begun)

        assert await found(database) == {}
