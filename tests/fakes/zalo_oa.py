"""A Zalo of our own: the Official Account OpenAPI over real HTTP, for tests and benches.

`async with FakeZaloOA() as fake:` serves oauth.zaloapp.com, openapi.zalo.me and
business.openapi.zalo.me at one `fake.url` on this machine alone; a process of its own is
`python -m tests.fakes.zalo_oa --port 8083`, driven under `/_control/`.
"""

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

from aiohttp import web

from tests.fakes.zalo_oa_clock import Clock
from tests.fakes.zalo_oa_control import Control
from tests.fakes.zalo_oa_desk import Call, Desk
from tests.fakes.zalo_oa_faults import Fault, ends
from tests.fakes.zalo_oa_habits import Habits
from tests.fakes.zalo_oa_office import Costs, Office, Parameter, Template
from tests.fakes.zalo_oa_people import Group, User
from tests.fakes.zalo_oa_refusals import Json
from tests.fakes.zalo_oa_tokens import App, Tokens
from tests.fakes.zalo_oa_webhook import Attempt, Mac, Webhook

LARGEST_REQUEST = 20 * 1024 * 1024


class FakeZaloOA:
    """Zalo's servers with one Official Account and one app on them."""

    def __init__(
        self,
        *,
        app: App | None = None,
        habits: Habits | None = None,
        now: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        self.app, self.habits, self.clock = app or App(), habits or Habits(), Clock(now)
        self.office = Office(self.app, self.habits, self.clock)
        self.desk = Desk(self.office)
        self.webhook = Webhook(self.app, self.habits, self.clock, self.desk.look)
        self.office.events.on_new = self.webhook.send
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Return the address to hand to a client in place of each of the three hosts."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def tokens(self) -> Tokens:
        """Return the valid pair, and how often it was refreshed."""
        return self.office.tokens

    @property
    def calls(self) -> list[Call]:
        """Return every request of the app and what came of it."""
        return self.desk.calls

    @property
    def events(self) -> list[Json]:
        """Return every event that there was for the app."""
        return self.office.events.emitted

    @property
    def attempts(self) -> list[Attempt]:
        """Return every delivery to the webhook."""
        return self.webhook.attempts

    @property
    def costs(self) -> Costs:
        """Return how many messages went out free, paid and as templates."""
        return self.office.costs

    @property
    def hook(self) -> str:
        """Return the address that gets the events."""
        return self.webhook.url

    @hook.setter
    def hook(self, url: str) -> None:
        self.webhook.url = url

    @property
    def hook_disabled(self) -> bool:
        """Return whether Zalo gave the address up; to set it again is to enable it."""
        return self.webhook.disabled

    def user(
        self, name: str = "Officer", *, phone: str = "", admin: bool = False, follows: bool = True
    ) -> User:
        """Return somebody new: `fake.user(name="Officer", phone="84900000001")`."""
        user = User(self.office, self.office.meet(name, phone, admin))
        if follows:
            user.follows()
        return user

    def group(self, name: str) -> Group:
        """Return a new group of the OA."""
        return Group(self.office, self.office.open_room(name))

    def template(
        self, number: str, parameters: Mapping[str, int | Parameter], **about: Any
    ) -> Template:
        """Register a template: `fake.template("412233", {"han": 30}, uid=False, night=True)`."""
        told = {
            name: one if isinstance(one, Parameter) else Parameter(longest=one)
            for name, one in parameters.items()
        }
        template = Template(id=number, parameters=told, **about)
        self.office.templates[number] = template
        return template

    def called(self, path: str) -> list[Call]:
        """Return the requests of one path, which may be its end: `called("message/cs")`."""
        return [call for call in self.calls if ends(call.path, path)]

    def fail(self, path: str = "*", **how: Any) -> Fault:
        """Let the next requests go wrong: `fail("access_token", drop=True, after_effect=True)`."""
        fault = Fault(path=path, **how)
        self.desk.faults.append(fault)
        return fault

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        self.desk.faults.clear()

    def tell(self, name: str, **fields: Any) -> Json:
        """Let an event happen that no person makes: `tell("change_oa_daily_quota", quota={})`."""
        return self.office.events.tell(name, **fields)

    def deliver(self, event: Json, *, mac: Mac = "right", padding: int = 0) -> None:
        """Deliver an event, again or for the first time; forged, unsigned or too big on request."""
        self.webhook.send(event, mac, padding)

    async def probe(self) -> Attempt:
        """Post nothing to the webhook, as Zalo's console does."""
        return await self.webhook.probe()

    async def until(self, so: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until something is so; look after every request and delivery."""
        await self.desk.until(so, seconds)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.add_routes(Control(self).routes())
        app.add_routes(self.desk.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.office.url = self.url
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.webhook.close()
        if self._runner:
            await self._runner.cleanup()


async def serve(port: int, habits: Habits) -> None:
    """Serve until the process is ended; say on standard output where."""
    async with FakeZaloOA(habits=habits, port=port) as fake:
        sys.stdout.write(f"{fake.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="A fake Zalo OA OpenAPI on 127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--per-minute", type=int, default=None, help="keep a package's rate limit")
    wishes = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(wishes.port, Habits(per_minute=wishes.per_minute)))


if __name__ == "__main__":
    main()
