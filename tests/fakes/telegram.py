"""A Telegram of our own: the Bot API over real HTTP, for tests and benches.

`async with FakeTelegram() as fake:` serves on this machine alone at `fake.url`; a process of its
own is `python -m tests.fakes.telegram --port 8081 --strict`, driven under `/_control/`.
"""

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.fakes.telegram_cloud import Cloud
from tests.fakes.telegram_control import Control
from tests.fakes.telegram_desk import Call, Desk
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_limits import Limits
from tests.fakes.telegram_parameters import UPLOAD_LIMIT
from tests.fakes.telegram_people import Group, User, new_group, new_user
from tests.fakes.telegram_refusals import Json, Refusal
from tests.fakes.telegram_view import ChatView
from tests.fakes.telegram_webhook import Attempt, Pace

TOKEN = "7000000001:AAFakeTokenForTestsAndBenchesOnly00"


class FakeTelegram:
    """Telegram's servers with one bot on them."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        limits: Limits | None = None,
        pace: Pace | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        self.token = token
        self.cloud = Cloud(token, limits or Limits(), now, clock)
        self.desk = Desk(self.cloud, pace or Pace())
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Return the address to hand to a client in place of https://api.telegram.org."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def calls(self) -> list[Call]:
        """Return every request of the bot and what came of it."""
        return self.desk.calls

    @property
    def updates(self) -> list[Json]:
        """Return every update that there was for the bot."""
        return self.cloud.updates.emitted

    @property
    def attempts(self) -> list[Attempt]:
        """Return every delivery to a webhook."""
        return self.desk.webhook.attempts

    @property
    def count_429(self) -> int:
        """Return how often the bot was told to wait."""
        return self.cloud.meter.refused

    @property
    def limits(self) -> Limits:
        """Return what the bot may send."""
        return self.cloud.meter.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self.cloud.meter.limits = limits

    def user(self, **about: str) -> User:
        """Return somebody new: `fake.user(first_name="Officer", language_code="vi")`."""
        return new_user(self.cloud, **about)

    def group(self, title: str) -> Group:
        """Return a new group, the bot not in it yet."""
        return new_group(self.cloud, title)

    def chat(self, where: User | Group) -> ChatView:
        """Return what is seen in a chat now."""
        return where.view

    def called(self, method: str) -> list[Call]:
        """Return the requests of one method."""
        return [call for call in self.calls if call.method == method]

    def fail(self, method: str = "*", **how: Any) -> Fault:
        """Let the next requests go wrong: `fail("sendMessage", drop=True, after_effect=True)`."""
        fault = Fault(method=method, **how)
        self.desk.faults.append(fault)
        return fault

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        self.desk.faults.clear()

    def penalise(self, seconds: float) -> None:
        """Answer 429 for a while, whatever the bot sends."""
        self.cloud.meter.penalise(seconds)

    def repeat(self, update: Json) -> None:
        """Deliver an update once more, confirmed or not."""
        self.cloud.updates.repeat(update)

    def shuffle(self, seed: int = 0) -> None:
        """Put the updates that wait out of order."""
        self.cloud.updates.shuffle(seed)

    async def until(self, so: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until something is so; look after every request and delivery."""
        await self.desk.until(so, seconds)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2 * UPLOAD_LIMIT)
        app.add_routes(Control(self).routes())
        app.add_routes(self.desk.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.desk.webhook.close()
        self.cloud.updates.end_poll(Refusal(500, "Internal Server Error: restart"))
        if self._runner:
            await self._runner.cleanup()


async def serve(token: str, port: int, limits: Limits) -> None:
    """Serve until the process is ended; say on standard output where."""
    async with FakeTelegram(token, limits=limits, port=port) as fake:
        sys.stdout.write(f"{fake.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="A fake Telegram Bot API on 127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--strict", action="store_true", help="keep Telegram's rate limits")
    wishes = parser.parse_args()
    limits = Limits.strict() if wishes.strict else Limits()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(wishes.token, wishes.port, limits))


if __name__ == "__main__":
    main()
