"""Templates by telephone number: for pushes that have one, counted, and the number never told."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection
from typer.testing import CliRunner

from bot.channels.zalo_phone import NAME
from bot.commands import app as command_line
from bot.logs import configure_logs
from plans.messages import Address, Brief, Reply, Urgency
from plans.pack import Pack
from storage import addresses, tables
from storage.database import Database, sqlite_url
from tests.bot.zalo_oa_line import Line, Talker, running
from tests.person import MORNING

PHONE = "84900000001"
FIELDS = {"unit": "UBND phường Mũi Né", "period": "quý II/2024", "deadline": "trước 15/6/2024"}
BRIEF = Brief(kind="reminder", fields=FIELDS)
REMINDER = Reply(text="Sắp đến hạn", urgency=Urgency.REMINDER, brief=BRIEF)


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with running(sqlite_file, packs, zalo_oa_templates="reminder=412233") as line:
        line.fake.template("412233", dict.fromkeys(FIELDS, 100), uid=False)
        yield line


async def with_phone(line: Line, phone: str = PHONE) -> Talker:
    officer = await line.officer(phone)
    address = Address(channel=NAME, chat=PHONE)
    await line.app.database.run(lambda tx: addresses.add(tx, 1, address, line.clock.now()))
    return officer


async def test_a_push_that_may_not_go_by_user_goes_to_the_number(line: Line) -> None:
    officer = await with_phone(line)
    line.later(days=8)
    [number] = await line.owe(officer.address, REMINDER)
    await line.become("sent")
    [shown] = officer.user.view.from_bot

    assert (shown.via, shown.template_data) == ("template_phone", FIELDS)
    assert shown.tracking_id == f"baocao-{number}"
    assert await line.costs() == ["template_phone"]
    assert line.fake.costs.template_phone == 1


async def test_an_answer_and_a_push_without_a_template_are_held_back(line: Line) -> None:
    officer = await with_phone(line)
    line.later(days=8)
    nudge = Reply(text="x", urgency=Urgency.NUDGE, brief=Brief(kind="nudge", fields=FIELDS))
    await line.owe(officer.address, Reply(text="Đã duyệt"), nudge)
    await line.become("failed", "failed")

    assert officer.texts == []
    assert {row.channel for row in await line.kept(tables.held_back)} == {NAME}
    assert await line.costs() == []


async def test_a_number_without_zalo_is_unreachable_and_a_dead_token_renewed(line: Line) -> None:
    officer = await with_phone(line, phone="")
    line.later(days=8)
    line.fake.tokens.access_token = "another"
    await line.owe(officer.address, REMINDER)
    await line.become("failed")
    unreachable = {
        row.channel for row in await line.kept(tables.addresses) if row.unreachable_since
    }

    assert -118 in [call.error for call in line.fake.called("message/template")]
    assert unreachable == {NAME}
    assert line.fake.tokens.refreshes == 1
    assert await line.costs() == []


async def test_billing_that_fails_is_told_and_does_not_stop_what_is_free(line: Line) -> None:
    officer = await with_phone(line)
    line.fake.fail("message/template", times=9, error=-320)
    line.later(days=8)
    await line.owe(officer.address, REMINDER)
    await line.become("failed")
    line.fake.heal()

    assert (await officer.says("/start")).text


async def test_the_number_is_in_no_log(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("debug")
    officer = await with_phone(line)
    line.later(days=8)
    refusal = json.dumps({"error": -108, "message": f"no {PHONE}"})
    line.fake.fail("message/template", to=PHONE, body=refusal)
    await line.owe(officer.address, REMINDER)
    await line.become("failed")
    logged = capsys.readouterr().err
    [dead] = await line.kept(tables.outbox)

    assert "-108" in logged
    assert PHONE not in logged
    assert PHONE not in dead.failure


def test_the_operator_names_a_number_and_takes_it_away(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sqlite_file.parent)
    monkeypatch.setenv("DATABASE_URL", sqlite_url(sqlite_file))
    monkeypatch.setenv("SECRET_KEY", "town")
    run = CliRunner().invoke
    assert "nobody has joined yet" in run(command_line, ["zalo", "phone"]).output
    somebody(sqlite_file)

    named = run(command_line, ["zalo", "phone", "1", "+84 900.000.001"])
    assert named.exit_code == 0, named.output
    assert "webchat zalo_phone" in named.output
    assert PHONE not in named.output
    assert chats(sqlite_file) == [PHONE]
    assert run(command_line, ["zalo", "phone", "1", "0912"]).exit_code == 2
    assert run(command_line, ["zalo", "phone", "9", PHONE]).exit_code == 2
    again = run(command_line, ["zalo", "phone", "1", "84900000002"])
    assert again.exit_code == 0
    assert chats(sqlite_file) == ["84900000002"]
    gone = run(command_line, ["zalo", "phone", "1", "-"])
    assert "zalo_phone" not in gone.output
    assert chats(sqlite_file) == []


def somebody(file: Path) -> None:
    from plans.people import RoleKind
    from storage import people

    def work(tx: Connection) -> None:
        who = people.add_person(tx, Address(channel="webchat", chat="a"), "vi", MORNING)
        people.grant(tx, who.id, "binh_thuan_2024", RoleKind.FOCAL_POINT, "22915", MORNING)

    engine = Database(sqlite_url(file)).writer
    with engine.begin() as tx:
        work(tx)
    engine.dispose()


def chats(file: Path) -> list[str]:
    engine = Database(sqlite_url(file)).reader
    with engine.begin() as tx:
        rows = tx.execute(tables.addresses.select().where(tables.addresses.c.channel == NAME))
        found = [row.chat for row in rows]
    engine.dispose()
    return found
