"""How many messages a report costs on the Bot Platform, over real HTTP: four at most.

Officers do what the bot tells them: they ask for the form, answer all of it in one message, as its
example shows, and send it. Where doubts are to be met their figures are their own.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.rehearsal import join, send
from plans.answers import AnswerKind, read
from plans.calendar import VIETNAM, Period, whole_calendar
from plans.dialogue import answer_from, questions_in
from plans.pack import Pack
from plans.people import RoleKind
from plans.working_days import load_working_days
from storage.drafts import Key
from tests.bot.zalo_bot_line import Line, Talker, address_of, running
from tests.fakes.zalo_bot import FakeZaloBot

MOST = 4
EXAMPLE = re.compile(r"\bBC [^\n”\"]+")
PLANS = (
    "binh_thuan_2024",
    "hai_phong_2016_2020",
    "lai_chau_2013",
    "lai_chau_2021_2025",
    "quang_ninh_2021_2025",
)


def fullest(pack: Pack, unit: str) -> Period:
    """Return the last of the periods in which a unit is asked the most."""
    periods = whole_calendar(pack, load_working_days())
    return max(reversed(periods), key=lambda period: len(questions_in(pack, period, unit)))


@asynccontextmanager
async def bot_at(
    file: Path, packs: Mapping[str, Pack], plan: str, period: Period
) -> AsyncIterator[Line]:
    """Run the bot three days before a period has to be reported."""
    async with FakeZaloBot() as fake, running(fake, file, packs) as line:
        moment = datetime.combine(period.last_on_time - timedelta(days=3), time(8), VIETNAM)
        line.clock.move(moment - line.clock.now())
        yield line


async def officer_of(line: Line, plan: str, unit: str) -> Talker:
    user, now, world = line.fake.user("Officer"), line.clock.now(), line.app.world
    user.chat.wrote = True

    def work(connection: Connection) -> None:
        join(connection, world, address_of(user), plan, RoleKind.FOCAL_POINT, unit, now)

    await line.app.database.run(work)
    return Talker(line, user)


async def reported(officer: Talker, period: Period, *texts: str) -> int:
    """Send a report; return how many messages that took, after what the bot sent unasked."""
    before = officer.line.fake.sent_this_month
    opened = await officer.says(f"/baocao {period.id}")
    found = EXAMPLE.search(opened)
    said = texts or ((found[0],) if found else ("0",))
    for text in said:
        last = await officer.says(text)
    assert "Gửi báo cáo" in last, last
    assert "Đã nhận lúc" in await officer.says("Gửi báo cáo")
    return officer.line.fake.sent_this_month - before


@pytest.mark.parametrize("plan", PLANS)
async def test_every_form_of_a_plan_takes_four_messages_at_most(
    sqlite_file: Path, packs: Mapping[str, Pack], plan: str
) -> None:
    pack = packs[plan]
    units = {unit.type: unit.code for unit in reversed(pack.units)}
    period = fullest(pack, units["commune"])
    counts = {}
    async with bot_at(sqlite_file, packs, plan, period) as line:
        for kind, unit in units.items():
            asked = len(questions_in(pack, period, unit))
            if asked:
                officer = await officer_of(line, plan, unit)
                counts[kind] = (asked, await reported(officer, period))

    for kind, (asked, sent) in sorted(counts.items()):
        print(f"{plan}, {kind}: {asked} questions, {sent} messages")  # noqa: T201
    assert "commune" in counts
    assert max(sent for _, sent in counts.values()) <= MOST


@pytest.mark.parametrize("plan", PLANS)
async def test_doubtful_figures_of_a_commune_take_no_more(
    sqlite_file: Path, packs: Mapping[str, Pack], plan: str
) -> None:
    pack = packs[plan]
    unit = next(unit.code for unit in pack.units if unit.type == "commune")
    period = fullest(pack, unit)
    asked = questions_in(pack, period, unit)
    async with bot_at(sqlite_file, packs, plan, period) as line:
        officer = await officer_of(line, plan, unit)
        before = line.app.world.before(plan, period)[0]
        said = [
            "có" if question.indicator.answer_kind is AnswerKind.YES_NO else "6"
            for question in asked
        ]
        answers = {
            question.code: answer_from(read(text, question.indicator.answer_kind))
            for question, text in zip(asked, said, strict=True)
        }
        key = Key(plan=plan, period=before.id, unit=unit)
        at = line.clock.now().astimezone(UTC) - timedelta(days=60)
        await line.app.database.run(lambda tx: send(tx, line.app.world, key, answers, at))
        figures = " ".join(text if text == "có" else "600" for text in said)
        sent = await reported(officer, period, f"BC {figures}", "đúng hết")

    print(f"{plan}, commune with doubts: {len(asked)} questions, {sent} messages")  # noqa: T201
    assert sent <= MOST
