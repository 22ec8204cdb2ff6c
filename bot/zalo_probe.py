"""What Zalo says of a bot or an Official Account when it is asked: nothing is changed by asking."""

from dataclasses import dataclass
from typing import Any, Final

from bot.channels.calls import Calls
from bot.channels.zalo_bot_client import Account, Client
from bot.channels.zalo_bot_errors import Rejected
from bot.channels.zalo_oa_errors import NoTokens
from bot.channels.zalo_oa_tokens import Tokens

PATIENCE_SECONDS: Final = 10.0
NOT_FOUND: Final = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class BotProbe:
    """A bot as Zalo knows it; `webhook` is "" for none, however Zalo tells that."""

    name: str
    plan: str
    webhook: str


class StoredTokens(Tokens):
    """Tokens as they lie in the database: whoever only looks must not use up a refresh token."""

    async def renewed(self, refused: str) -> str:
        """Say that the stored token is no good; `serve` is who renews it."""
        raise NoTokens("the stored token has expired or is refused, and only serve renews it")


async def probe_bot(account: Account) -> BotProbe:
    """Ask who the bot is and where its updates go; raise `ApiError` where there is no answer."""
    client = Client(account)
    try:
        me = _told(await client.call("getMe", PATIENCE_SECONDS))
        webhook = await webhook_of(client)
    finally:
        await client.close()
    name = str(me.get("display_name") or me.get("account_name") or "")
    return BotProbe(name=name, plan=str(me.get("account_type") or "?"), webhook=webhook)


async def webhook_of(client: Client) -> str:
    """Return the address that Zalo calls, "" for none, which it may tell as 404."""
    try:
        found = _told(await client.call("getWebhookInfo", PATIENCE_SECONDS))
    except Rejected as refusal:
        if refusal.code == NOT_FOUND and refusal.spoken:
            return ""
        raise
    return str(found.get("url") or "")


async def date_of(api: str) -> str:
    """Return a server's own date, "" where it tells none; nothing but the address is sent."""
    calls = Calls()
    try:
        answer = await calls.post(f"{api}/", seconds=PATIENCE_SECONDS)
    finally:
        await calls.close()
    return answer.headers.get("Date", "")


def _told(result: Any) -> dict[str, Any]:
    return result if isinstance(result, dict) else {}
