"""What Telegram says of a bot when it is asked: nothing is changed by asking."""

from dataclasses import dataclass
from typing import Any

from aiogram.methods import GetMe, GetMyCommands, GetWebhookInfo

from bot.channels.telegram_client import Account, Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A bot as its server knows it; `date` is the server's own, as HTTP writes it."""

    username: str
    webhook: str
    pending: int
    last_error: str
    commands: int
    date: str


async def probe(account: Account, seconds: float = 10.0) -> Probe:
    """Ask for everything that can be wrong; raise `ApiError` where there is no answer."""
    client = Client(account)
    try:
        me = _told(await client.call(GetMe(), seconds))
        date = client.date
        webhook = _told(await client.call(GetWebhookInfo(), seconds))
        commands = await client.call(GetMyCommands(), seconds)
    finally:
        await client.close()
    return Probe(
        username=str(me.get("username", "")),
        webhook=str(webhook.get("url", "")),
        pending=int(webhook.get("pending_update_count", 0)),
        last_error=str(webhook.get("last_error_message", "")),
        commands=len(commands) if isinstance(commands, list) else 0,
        date=date,
    )


def _told(result: Any) -> dict[str, Any]:
    return result if isinstance(result, dict) else {}
