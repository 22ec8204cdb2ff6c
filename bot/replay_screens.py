"""What people see on a platform's screens when a conversation file is played over it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from bot.channels import RunningChannel
from plans.messages import Delivery

# So many seconds the bot may take to take something in, and a platform to hear that it did.
PATIENCE = 60.0


class Watched:
    """The channel, and a look at the screen of whoever a delivery came to."""

    def __init__(
        self,
        channel: RunningChannel,
        look: Callable[[Delivery, str], Awaitable[None]],
        before: Callable[[Delivery], Awaitable[None]] | None = None,
    ) -> None:
        self.name, self.limits = channel.name, channel.limits
        self._channel, self._look, self._before = channel, look, before

    async def send(self, delivery: Delivery) -> str:
        """Send a delivery and look at what is shown then."""
        if self._before:
            await self._before(delivery)
        id = await self._channel.send(delivery)
        await self._look(delivery, id)
        return id


@asynccontextmanager
async def served(
    channel: RunningChannel,
    door: socket.socket,
    is_open: Callable[[], Awaitable[None]],
    more: Sequence[web.AbstractRouteDef] = (),
) -> AsyncIterator[None]:
    """Serve a channel's routes at a door while it runs, from when its platform knows of it."""
    site = web.Application()
    site.add_routes([*channel.routes(), *more])
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, door).start()
    running = asyncio.create_task(channel.run())
    try:
        await is_open()
        yield
    finally:
        await channel.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()
