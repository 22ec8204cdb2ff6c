"""What a measurement on the real Zalo works with: settings, a client, the count of messages."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import typer

from bot.channels.calls import ApiError, Unanswered
from bot.channels.zalo_bot_client import Account as BotAccount
from bot.channels.zalo_bot_client import Client as BotClient
from bot.channels.zalo_bot_errors import Rejected
from bot.channels.zalo_oa_client import Client
from bot.channels.zalo_oa_sending import FREE_QUOTAS
from bot.clock import Clock, SystemClock
from bot.settings import Settings, settings_or_exit
from bot.zalo_oa_opening import account_of
from bot.zalo_probe import StoredTokens
from bot.zalo_shapes import shape, shortened
from plans.messages import Address
from storage import addresses, postage
from storage.database import Database
from storage.postage import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a measurement works with."""

    settings: Settings
    database: Database
    clock: Clock

    async def chat_of(self, person: int, channel: str) -> Address:
        """Return where a person is reached on a channel."""
        known = await self.database.read(lambda tx: addresses.reached_at(tx, person))
        found = [one.address for one in known if one.address.channel == channel]
        if not found:
            raise typer.BadParameter(f"person {person} is not reached on {channel}")
        return found[0]

    async def counted(self, address: Address, cost: Cost, call: Awaitable[Any]) -> Any:
        """Make a call that sends a message, counted before it goes as every message is."""
        now = self.clock.now()
        note = await self.database.run(lambda tx: postage.spend(tx, 0, address, cost, now))
        try:
            told = await call
        except ApiError as error:
            unclear = isinstance(error, Unanswered) or (
                isinstance(error, Rejected) and not error.certain
            )
            if not unclear:
                await self.database.run(lambda tx: postage.take_back(tx, note))
            raise
        quota = told.get("quota") if isinstance(told, dict) else None
        if isinstance(quota, dict) and str(quota.get("quota_type") or "") not in FREE_QUOTAS:
            await self.database.run(lambda tx: postage.take_back(tx, note))
            await self.database.run(lambda tx: postage.spend(tx, 0, address, Cost.PAID, now))
        return told


def measured(work: Callable[[Bench], Awaitable[None]]) -> None:
    """Run a measurement with what is set; a refusal is a fact, and exits with 1."""
    settings = settings_or_exit()

    async def run() -> None:
        database = Database(settings.database)
        try:
            await work(Bench(settings=settings, database=database, clock=SystemClock()))
        finally:
            await database.close()

    try:
        asyncio.run(run())
    except ApiError as error:
        typer.echo(f"refused or not reached: {shortened(str(error))}")
        raise typer.Exit(1) from None


def with_bot(work: Callable[[Bench, BotClient], Awaitable[None]]) -> None:
    """Measure with the client of the bot that is set."""

    async def begin(bench: Bench) -> None:
        token = bench.settings.zalo_bot_token.get_secret_value()
        if not token:
            raise typer.BadParameter("ZALO_BOT_TOKEN is empty: the bot is off")
        client = BotClient(BotAccount(token=token, api=bench.settings.zalo_bot_api))
        try:
            await work(bench, client)
        finally:
            await client.close()

    measured(begin)


def with_account(work: Callable[[Bench, Client], Awaitable[None]]) -> None:
    """Measure with the client of the account that is set, its stored token at most used."""

    async def begin(bench: Bench) -> None:
        if not bench.settings.zalo_oa_id:
            raise typer.BadParameter("ZALO_OA_ID is empty: the account is off")
        account = account_of(bench.settings)
        tokens = StoredTokens(account, bench.database, bench.clock)
        client = Client(account, tokens)
        try:
            await work(bench, client)
        finally:
            await tokens.close()
            await client.close()

    measured(begin)


async def tell(name: str, call: Awaitable[Any]) -> Any:
    """Make a call; print how its answer looks, or the refusal, and how long it took."""
    began = time.monotonic()
    try:
        result = await call
    except ApiError as error:
        typer.echo(f"{name}: {shortened(str(error))} ({_took(began)})")
        return None
    typer.echo(f"{name}: {shape(result)} ({_took(began)})")
    return result


def _took(began: float) -> str:
    return f"{1000 * (time.monotonic() - began):.0f} ms"
