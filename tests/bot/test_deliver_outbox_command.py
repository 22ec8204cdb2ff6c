"""`python -m bot outbox`: what an operator sees of the outbox, and how it is sent again."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.outbox_commands import outbox_app
from plans.messages import Address, Reply, Urgency
from storage import dead_letters, outbox
from storage.database import Database, sqlite_url
from tests.storage.examples import NOW

ANN = Address(channel="telegram", chat="a secret address")


def outbox_command(*words: str) -> Result:
    return CliRunner().invoke(outbox_app, list(words))


@pytest.fixture
def two_dead(data: Path) -> list[int]:
    async def write() -> list[int]:
        database = Database(sqlite_url(data / "baocao.db"))
        reply = Reply(text="a secret text", urgency=Urgency.REMINDER)
        failed, doubtful, _ = [
            await database.run(lambda tx: outbox.post(tx, ANN, reply, NOW, None, person_id=7))
            for _ in range(3)
        ]
        await database.run(lambda tx: dead_letters.give_up(tx, failed, "blocked"))
        await database.run(lambda tx: dead_letters.doubt(tx, doubtful, "no answer in time"))
        await database.close()
        return [failed, doubtful]

    return asyncio.run(write())


def test_an_empty_outbox_is_told(data: Path) -> None:
    shown = outbox_command()

    assert (shown.exit_code, shown.output) == (0, "no message was ever owed\n")


def test_counts_and_dead_letters_are_shown_without_texts(two_dead: list[int]) -> None:
    shown = outbox_command()

    assert shown.exit_code == 0
    assert "waiting\treminder\t1" in shown.output
    failed, doubtful = two_dead
    assert f"{failed}\tfailed\treminder\ttelegram\tperson 7\t11/06/2024 08:00\tblocked" in (
        shown.output
    )
    assert f"{doubtful}\tunknown\t" in shown.output
    assert "secret" not in shown.output


def test_those_that_are_named_are_sent_again(two_dead: list[int]) -> None:
    shown = outbox_command("--requeue", str(two_dead[0]))

    assert shown.exit_code == 0
    assert "1 messages wait again" in shown.output
    assert "waiting\treminder\t2" in shown.output
    assert "blocked" not in shown.output


def test_all_are_sent_again(two_dead: list[int]) -> None:
    assert "2 messages wait again" in outbox_command("--requeue-all").output
    assert "0 messages wait again" in outbox_command("--requeue-all").output


def test_a_number_that_is_not_dead_is_refused_and_nothing_changes(two_dead: list[int]) -> None:
    refused = outbox_command("--requeue", str(two_dead[0]), "--requeue", "99")

    assert refused.exit_code == 2
    assert "99" in refused.output
    assert "blocked" in outbox_command().output
