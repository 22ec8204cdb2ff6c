"""Pacing: never more in a sliding second than a platform takes, and hardly less."""

import asyncio
import random
from bisect import bisect_right
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import Limits
from bot.pacing import AT_ONCE, LATE_MOST, Gate, Pace, Start

RATE = 30
# How late a busy machine wakes somebody up: mostly hardly, now and then for long.
LATENESS = st.lists(
    st.one_of(st.floats(0, 0.002), st.floats(0, 0.002), st.floats(0, 0.3)), min_size=1, max_size=60
)


def limits(per_second: float | None = None, chat_seconds: float = 0.0) -> Limits:
    return Limits(
        text_length=1,
        buttons=0,
        files_out=False,
        per_second=per_second,
        chat_seconds=chat_seconds,
    )


def starts(pace: Pace, count: int, lateness: list[float]) -> list[float]:
    """Start as many as are wanted, each woken a little late."""
    now, found = 100.0, []
    for number in range(count):
        now += wait if (wait := pace.wait(now)) else 0.0
        now += lateness[number % len(lateness)]
        if wait := pace.wait(now):
            now += wait
        pace.take(now, 100.0)
        found.append(now)
    return found


def most_in_a_second(moments: list[float]) -> int:
    return max(bisect_right(moments, at + 0.9999) - n for n, at in enumerate(moments))


class TestPace:
    @given(lateness=LATENESS)
    def test_no_sliding_second_holds_more_than_allowed(self, lateness: list[float]) -> None:
        assert most_in_a_second(starts(Pace(RATE), 200, lateness)) <= RATE

    @given(delays=st.lists(st.floats(0, LATE_MOST), min_size=1, max_size=70))
    def test_late_arrivals_do_not_fill_a_second_either(self, delays: list[float]) -> None:
        """The platform counts arrivals, which only the time that its answer takes tells."""
        pace, now, arrivals = Pace(RATE), 100.0, []
        landing: list[tuple[float, Start]] = []
        for number in range(200):
            now += pace.wait(now)
            while landing and landing[0][0] <= now:
                at, start = landing.pop(0)
                pace.landed(start, at)
            if wait := pace.wait(now):
                now += wait
            start = pace.take(now, 100.0)
            # The first and some others reach the platform at once.
            delay = delays[number % len(delays)] if number % 29 else 0.0
            arrivals.append(now + delay)
            landing.append((now + delay + 0.06, start))
            landing.sort(key=lambda one: one[0])

        assert most_in_a_second(sorted(arrivals)) <= RATE

    def test_a_platform_that_is_always_slow_is_not_served_slower(self) -> None:
        pace, now = Pace(RATE), 0.0
        landing: list[tuple[float, Start]] = []
        for _ in range(300):
            now += pace.wait(now)
            landing.append((now + 3.0, pace.take(now, 0.0)))
            while landing[0][0] <= now:
                at, start = landing.pop(0)
                pace.landed(start, at)

        assert 299 / now >= 0.98 * RATE

    def test_at_least_98_of_a_hundred_are_used_when_timers_are_late_as_usual(self) -> None:
        chance = random.Random(1)
        lateness = [chance.uniform(0, 0.003) for _ in range(997)]
        found = starts(Pace(RATE), 5000, lateness)

        rate = (len(found) - 1) / (found[-1] - found[0])

        assert 0.98 * RATE <= rate <= RATE

    def test_messages_start_evenly_and_not_in_bursts(self) -> None:
        found = starts(Pace(RATE), 100, [0.0])

        gaps = [later - sooner for sooner, later in pairwise(found)]
        assert max(gaps) - min(gaps) < 0.001

    def test_idle_time_is_not_saved_up(self) -> None:
        pace = Pace(RATE)
        pace.take(0.0, 0.0)

        burst = 0
        while not pace.wait(1000.0):
            pace.take(1000.0, 1000.0)
            burst += 1

        assert burst == 1

    def test_less_than_one_a_second_is_an_interval(self) -> None:
        found = starts(Pace(0.5), 4, [0.0])

        assert [round(later - found[0]) for later in found] == [0, 2, 4, 6]

    def test_a_rate_that_is_told_by_the_minute_is_used_and_kept(self) -> None:
        chance = random.Random(1)
        lateness = [chance.uniform(0, 0.003) for _ in range(97)] + [2.0]
        found = starts(Pace(0.97 * 100 / 60), 1000, lateness)

        most = max(bisect_right(found, at + 60) - n for n, at in enumerate(found))
        assert 90 <= most <= 100
        assert (len(found) - 1) / (found[-1] - found[0]) >= 0.94 * 100 / 60

    def test_without_a_limit_nobody_waits(self) -> None:
        pace = Pace(None)
        for _ in range(1000):
            assert pace.wait(0.0) == 0.0
            pace.take(0.0, 0.0)

    def test_a_pause_holds_for_its_time_and_the_longer_of_two_counts(self) -> None:
        pace = Pace(None)
        pace.pause(0.0, 9.0)
        pace.pause(1.0, 2.0)

        assert (pace.wait(4.0), pace.paused(4.0), pace.wait(9.0)) == (5.0, 5.0, 0.0)


class Visitors:
    """Those who went through a gate, in order."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.entered: list[str] = []
        self.sent_away: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, urgency: int, name: str, chat: str = "") -> None:
        async def visit() -> None:
            inside = await self.gate.enter((urgency, len(self.tasks)), chat or name)
            (self.entered if inside else self.sent_away).append(name)

        self.tasks.append(asyncio.create_task(visit()))
        await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def open_gate() -> Visitors:
    return Visitors(Gate(limits()))


class TestGate:
    async def test_the_most_urgent_goes_first_when_a_place_is_free(self) -> None:
        visitors = Visitors(Gate(limits(per_second=50)))
        for number in range(8):
            await visitors.come(3, f"reminder {number}")
        await visitors.come(0, "acknowledgement")

        await asyncio.wait_for(asyncio.gather(*visitors.tasks), 5)

        assert visitors.entered.index("acknowledgement") <= 5

    async def test_a_chat_is_served_one_at_a_time_in_order(self, open_gate: Visitors) -> None:
        for name in ("first", "second", "third"):
            await open_gate.come(1, name, "ann")
        assert open_gate.entered == ["first"]

        open_gate.gate.leave("ann")
        await settle()

        assert open_gate.entered == ["first", "second"]
        assert open_gate.gate.busy() == {"ann"}

    async def test_another_chat_does_not_wait_for_it(self, open_gate: Visitors) -> None:
        await open_gate.come(1, "first", "ann")
        await open_gate.come(1, "second", "ann")
        await open_gate.come(4, "other", "binh")

        assert open_gate.entered == ["first", "other"]

    async def test_between_two_messages_of_a_chat_its_seconds_pass(self) -> None:
        visitors = Visitors(Gate(limits(chat_seconds=0.05)))
        loop = asyncio.get_running_loop()
        await visitors.come(1, "first", "ann")
        left = loop.time()
        visitors.gate.leave("ann")
        await visitors.come(1, "second", "ann")
        assert visitors.entered == ["first"]

        await asyncio.wait_for(asyncio.gather(*visitors.tasks), 5)

        assert loop.time() - left >= 0.05

    async def test_a_pause_sends_away_who_waits_and_who_comes(self, open_gate: Visitors) -> None:
        await open_gate.come(1, "inside", "ann")
        await open_gate.come(1, "waiting", "ann")

        open_gate.gate.pause(60)
        await open_gate.come(0, "late")

        assert (open_gate.entered, open_gate.sent_away) == (["inside"], ["waiting", "late"])
        assert 59 < open_gate.gate.paused() <= 60

    async def test_a_closed_gate_lets_nobody_in(self, open_gate: Visitors) -> None:
        open_gate.gate.close()
        await open_gate.come(0, "late")

        assert open_gate.sent_away == ["late"]

    async def test_only_so_many_are_inside_at_once(self, open_gate: Visitors) -> None:
        for number in range(AT_ONCE + 1):
            await open_gate.come(1, str(number))
        assert len(open_gate.entered) == AT_ONCE

        open_gate.gate.leave("0")
        await settle()

        assert len(open_gate.entered) == AT_ONCE + 1

    async def test_who_gives_up_waiting_takes_nobodys_place(self, open_gate: Visitors) -> None:
        await open_gate.come(1, "first", "ann")
        await open_gate.come(1, "second", "ann")
        await open_gate.come(1, "third", "ann")
        open_gate.tasks[1].cancel()
        await settle()

        open_gate.gate.leave("ann")
        await settle()

        assert open_gate.entered == ["first", "third"]
