"""Free, paid, by template or elsewhere: every combination, and the rule as the bot lives by it."""

import itertools
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.channels.zalo_oa_windows import FREE_FOR, OPEN_FOR, Standing, Way, way
from plans.messages import Address, Brief, Reply, Urgency
from plans.pack import Pack
from storage import addresses, tables
from tests.bot.posts import Platform
from tests.bot.zalo_oa_line import Line, Talker, running
from tests.fakes.zalo_oa_habits import Habits
from tests.storage.examples import NOW

ANSWER = Reply(text="Đã duyệt", urgency=Urgency.ANSWER)
FIELDS = {"unit": "UBND phường Mũi Né", "period": "quý II/2024", "deadline": "trước 15/6/2024"}
REMINDER = Reply(
    text="Sắp đến hạn",
    urgency=Urgency.REMINDER,
    brief=Brief(kind="reminder", fields=FIELDS),
)
INSTANT = timedelta(milliseconds=1)
AGES: dict[str, list[timedelta | None]] = {
    "free": [timedelta(0), FREE_FOR],
    "paid": [FREE_FOR + INSTANT, OPEN_FOR],
    "closed": [OPEN_FOR + INSTANT, timedelta(days=400), None],
}


def standing(age: timedelta | None, urgency: Urgency, **about: int | bool) -> Standing:
    heard = None if age is None else NOW - age
    return Standing(now=NOW, heard=heard, urgency=urgency, **about)  # type: ignore[arg-type]


def expected(window: str, one: Standing) -> Way:
    """Say the rule once more, as a table: the first line that fits."""
    push = one.urgency in (Urgency.NUDGE, Urgency.REMINDER, Urgency.DIGEST)
    free_left = one.free_most == 0 or one.free_used + one.messages <= one.free_most
    paid_left = one.paid_used + one.messages <= one.paid_most
    table = [
        (window == "free" and free_left, Way.FREE),
        (push and one.cheaper, Way.ELSEWHERE),
        (window != "closed" and paid_left, Way.PAID),
        (push and one.template, Way.TEMPLATE_USER),
        (True, Way.ELSEWHERE),
    ]
    return next(way for fits, way in table if fits)


def test_every_combination_goes_the_cheapest_way_that_is_open() -> None:
    seen = set()
    for window, ages in AGES.items():
        for age, urgency, free, paid, template, cheaper, messages in itertools.product(
            ages,
            Urgency,
            [(0, 0), (99, 0), (7, 8), (8, 8)],
            [(0, 0), (0, 1), (9, 10), (10, 10)],
            [False, True],
            [False, True],
            [1, 2],
        ):
            one = standing(
                age,
                urgency,
                free_used=free[0],
                free_most=free[1],
                paid_used=paid[0],
                paid_most=paid[1],
                template=template,
                cheaper=cheaper,
                messages=messages,
            )
            assert way(one) is expected(window, one), one
            seen.add(way(one))

    assert seen == set(Way)


def test_no_message_is_ever_paid_beyond_what_is_allowed() -> None:
    for age, urgency, used, most in itertools.product(
        [timedelta(0), timedelta(days=3)], Urgency, range(4), range(4)
    ):
        one = standing(age, urgency, paid_used=used, paid_most=most, free_used=9, free_most=8)
        assert way(one) is not Way.PAID or used < most


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with running(
        sqlite_file,
        packs,
        zalo_oa_templates="reminder=412233",
        zalo_oa_paid_monthly=2,
    ) as line:
        line.fake.template("412233", dict.fromkeys(FIELDS, 100), uid=True)
        yield line


async def reminded(line: Line, who: Talker, *states: str, reply: Reply = REMINDER) -> None:
    await line.owe(who.address, reply)
    await line.become(*states)


async def test_a_reminder_within_48_hours_is_free(line: Line) -> None:
    officer = await line.officer()
    line.later(hours=47)
    await reminded(line, officer, "sent")

    assert officer.texts == ["Sắp đến hạn"]
    assert await line.costs() == ["free"]
    assert line.fake.costs.free == 1


async def test_after_48_hours_it_is_paid_as_long_as_that_is_allowed_then_a_template(
    line: Line,
) -> None:
    officer = await line.officer()
    line.later(hours=49)
    with capture_logs() as logs:
        await reminded(line, officer, "sent")
        await reminded(line, officer, "sent", "sent")
        await reminded(line, officer, "sent", "sent", "sent")

    assert officer.texts == ["Sắp đến hạn", "Sắp đến hạn", ""]
    assert officer.last.template_data == FIELDS
    assert await line.costs() == ["paid", "paid", "template_user"]
    assert (line.fake.costs.paid, line.fake.costs.template_uid) == (2, 1)
    assert [e["event"] for e in logs].count("zalo_oa.paid_runs_low") == 1


async def test_after_7_days_a_reminder_is_a_template_and_an_answer_is_held_back(
    line: Line,
) -> None:
    officer = await line.officer()
    line.later(days=8)
    await reminded(line, officer, "sent")
    await reminded(line, officer, "sent", "failed", reply=ANSWER)
    [held] = await line.kept(tables.held_back)

    assert [shown.template_id for shown in officer.user.view.from_bot] == ["412233"]
    assert held.reason.startswith("window")
    assert await line.costs() == ["template_user"]


async def test_an_answer_after_48_hours_is_paid_until_the_months_allowance_is_used_up(
    line: Line,
) -> None:
    officer = await line.officer()
    line.later(days=3)
    for states in (["sent"], ["sent", "sent"], ["sent", "sent", "failed"]):
        await reminded(line, officer, *states, reply=ANSWER)
    [held] = await line.kept(tables.held_back)

    assert held.reason.startswith("monthly quota")
    assert line.fake.costs.paid == 2
    # To write is to open the window anew.
    await officer.says("/start")
    assert (await line.costs()).count("free") == 1


async def test_a_push_that_would_cost_goes_to_a_channel_where_it_does_not(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    other = Platform("telegram")
    async with running(sqlite_file, packs, beside=[other], zalo_oa_paid_monthly=9) as line:
        officer = await line.officer()
        also = Address(channel="telegram", chat="7")
        await line.app.database.run(lambda tx: addresses.add(tx, 1, also, line.clock.now()))
        await reminded(line, officer, "sent")
        assert other.taken == []
        line.later(days=3)
        await reminded(line, officer, "sent", "sent")
        # Who is asked here is answered here, for money if it must be.
        await reminded(line, officer, "sent", "sent", "sent", reply=ANSWER)

        assert other.taken == ["Sắp đến hạn"]
        assert officer.texts == ["Sắp đến hạn", "Đã duyệt"]
        assert await line.costs() == ["free", "paid"]


async def test_free_replies_that_are_used_up_are_not_taken_for_free(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    async with running(sqlite_file, packs, zalo_oa_free_replies=2, zalo_oa_paid_monthly=9) as line:
        officer = await line.officer()
        line.later(hours=1)
        for count in (1, 2, 3):
            await reminded(line, officer, *["sent"] * count)
        assert await line.costs() == ["free", "free", "paid"]
        await officer.says("/start")

        assert await line.costs() == ["free"] * 3 + ["paid"]


async def test_what_zalo_takes_money_for_is_counted_as_paid_whatever_we_thought(
    sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    habits = Habits(free_replies=1)
    async with running(sqlite_file, packs, habits=habits, zalo_oa_paid_monthly=9) as line:
        officer = await line.officer()
        await reminded(line, officer, "sent")
        await reminded(line, officer, "sent", "sent")
        while await line.costs() != ["free", "paid"]:
            await line.fake.until(lambda: True)

    assert line.fake.costs.paid == 1


async def test_two_at_once_never_share_the_last_that_is_paid(line: Line) -> None:
    officers = [await line.officer() for _ in range(5)]
    line.later(days=3)
    for officer in officers:
        await line.owe(officer.address, ANSWER)
    while sorted(await line.states()) != ["failed"] * 3 + ["sent"] * 2:
        await line.fake.until(lambda: True)

    assert line.fake.costs.paid == 2
