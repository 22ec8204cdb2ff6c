"""A Zalo of our own: the Bot Platform over real HTTP, for tests, replay and benches.

`async with FakeZaloBot() as fake:` serves on this machine alone at `fake.url`; a process of its
own is `python -m tests.fakes.zalo_bot --port 8082 --basic`, driven under `/_control/`.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import secrets
import sys
import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.fakes.telegram_refusals import Json
from tests.fakes.zalo_bot_cloud import BASIC_QUOTA, BASIC_USERS, Cloud, Person, new_id
from tests.fakes.zalo_bot_control import Control
from tests.fakes.zalo_bot_desk import Call, Desk
from tests.fakes.zalo_bot_faults import Fault
from tests.fakes.zalo_bot_habits import Habits
from tests.fakes.zalo_bot_people import Group, User, new_group, new_user
from tests.fakes.zalo_bot_updates import Poll, Updates
from tests.fakes.zalo_bot_webhook import JSON_TYPE, Attempt, Webhook

TOKEN = "3100000000000000001:FakeZaloTokenForTestsAndBenchesOnly"
LARGEST_REQUEST = 8 * 2**20
THE_SECRET = "the secret of the webhook"


class FakeZaloBot:
    """Zalo's servers with one bot on them."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        habits: Habits | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        self.habits = habits or Habits()
        self.cloud = Cloud(token, self.habits, now, clock)
        self._updates = Updates(self.habits, clock, self.cloud.watch.look)
        self._webhook = Webhook(self.habits, clock, self.cloud.watch.look)
        self.desk = Desk(self.cloud, self._updates, self._webhook)
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Return the address to hand to a client in place of https://bot-api.zaloplatforms.com."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def token(self) -> str:
        """Return the token that is valid now."""
        return self.cloud.token

    @property
    def calls(self) -> list[Call]:
        """Return every request of the bot and what came of it, those with a bad token too."""
        return self.desk.calls

    @property
    def updates(self) -> list[Json]:
        """Return every update that there was for the bot, unwrapped."""
        return self._updates.emitted

    @property
    def pending(self) -> int:
        """Return how many updates wait for a poll or are held back."""
        return self._updates.pending

    @property
    def attempts(self) -> list[Attempt]:
        """Return every delivery to the webhook, forged ones too."""
        return self._webhook.attempts

    @property
    def probes(self) -> list[Attempt]:
        """Return every probe of setWebhook and testWebhook."""
        return self._webhook.probes

    @property
    def polls(self) -> list[Poll]:
        """Return every getUpdates: when it began and ended, by the clock."""
        return self._updates.polls

    @property
    def poll_gaps(self) -> list[float]:
        """Return the seconds from the beginning of each poll to that of the next."""
        return [later.began - poll.began for poll, later in itertools.pairwise(self.polls)]

    @property
    def quota(self) -> float | None:
        """Return how many messages the bot may send in a month, None without a limit."""
        return self.cloud.quota

    @quota.setter
    def quota(self, quota: float | None) -> None:
        """Limit the messages of a month."""
        self.cloud.quota = quota

    @property
    def sent_this_month(self) -> int:
        """Return how much of the quota is used."""
        return self.cloud.used("sent", self.cloud.month())

    @property
    def user_cap(self) -> float | None:
        """Return how many people may use the bot, None without a limit."""
        return self.cloud.user_cap

    @user_cap.setter
    def user_cap(self, cap: float | None) -> None:
        """Limit the people."""
        self.cloud.user_cap = cap

    def basic(self) -> None:
        """Keep the limits of the free tier."""
        self.quota, self.user_cap = BASIC_QUOTA, BASIC_USERS

    def user(self, display_name: str = "Person", id: str = "") -> User:
        """Return somebody whom the bot has not met."""
        return new_user(self.cloud, self._updates, Person(id or new_id(), display_name))

    def group(self, title: str) -> Group:
        """Return a new group, the bot not in it yet."""
        return new_group(self.cloud, self._updates, title)

    def called(self, method: str) -> list[Call]:
        """Return the requests of one method."""
        return [call for call in self.calls if call.method == method]

    def fail(self, method: str = "*", **how: Any) -> Fault:
        """Let the next requests go wrong: `fail("sendMessage", drop=True, after_effect=True)`."""
        fault = Fault(method=method, **how)
        self.desk.faults.append(fault)
        return fault

    def heal(self) -> None:
        """Let nothing go wrong any more; limits and habits stay."""
        self.desk.faults.clear()

    def reset_token(self) -> str:
        """Give the bot a new token, which kills the old one at once; return it."""
        number = self.token.partition(":")[0]
        self.cloud.token = f"{number}:{secrets.token_urlsafe(24)}"
        return self.cloud.token

    def repeat(self, update: Json) -> None:
        """Deliver an update once more, with the same message_id."""
        self._updates.send(update)

    def hold(self) -> None:
        """Deliver nothing until `release`."""
        self._updates.hold()

    def release(self) -> None:
        """Deliver what was held, in the order that it has now."""
        self._updates.release()

    def shuffle(self, seed: int = 0) -> None:
        """Put the updates that are held or wait for a poll out of order."""
        self._updates.shuffle(seed)

    def restart(self) -> None:
        """End the repeating of `Habits.polling = "repeat_until_restart"`."""
        self._updates.restart()

    def expire_media(self) -> None:
        """Take away every file that people sent; its address answers 404."""
        self.cloud.media.clear()

    async def posts(
        self, body: object, *, secret: str | None = THE_SECRET, content_type: str = JSON_TYPE
    ) -> Attempt:
        """Post anything to the webhook; return what it answered.

        `body` is bytes as they are, or what becomes JSON; without `secret` it carries the right
        one, with None none, and with anything else a forged one.
        """
        written = body if isinstance(body, bytes) else json.dumps(body).encode()
        if secret == THE_SECRET and self._webhook.address:
            secret = self._webhook.address.secret
        return await self._webhook.throw(written, secret, content_type)

    async def until(self, so: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until something is so; look after every request and delivery."""
        await self.cloud.watch.until(so, seconds)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.add_routes(Control(self).routes())
        app.add_routes(self.desk.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.cloud.url = self.url
        return self

    async def __aexit__(self, *_: object) -> None:
        self._updates.pushing = None
        await self._webhook.close()
        self._updates.end_poll()
        if self._runner:
            await self._runner.cleanup()


async def serve(token: str, port: int, *, basic: bool) -> None:
    """Serve until the process is ended; say on standard output where."""
    async with FakeZaloBot(token, port=port) as fake:
        if basic:
            fake.basic()
        sys.stdout.write(f"{fake.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="A fake Zalo Bot Platform on 127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--basic", action="store_true", help="keep the limits of the free tier")
    wishes = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(wishes.token, wishes.port, basic=wishes.basic))


if __name__ == "__main__":
    main()
