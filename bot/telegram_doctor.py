"""Whether Telegram works as it is set, and what to do where it does not."""

from bot.channels.calls import ApiError
from bot.channels.telegram_client import Account
from bot.channels.telegram_errors import Rejected
from bot.channels.telegram_probe import Probe, probe
from bot.channels.telegram_webhook import Hook
from bot.clock import Clock
from bot.findings import Findings, clock_to_do
from bot.logs import redacted
from bot.settings import Settings


async def telegram_findings(settings: Settings, clock: Clock) -> Findings:
    """Ask Telegram about the bot that is set, if one is."""
    token = settings.telegram_token.get_secret_value()
    if not token:
        return Findings(lines=("telegram: off, TELEGRAM_TOKEN is empty",))
    try:
        found = await probe(Account(token=token, api=settings.telegram_api))
    except ApiError as error:
        return Findings(lines=("telegram: no use",), to_do=(_unusable(settings, error),))
    lines = (
        f"telegram: @{found.username}, {settings.telegram_mode}",
        f"telegram webhook: {redacted(found.webhook) or 'none'}, {found.pending} updates wait",
        f"telegram commands: {found.commands or 'none yet, serve sets them'}",
    )
    to_do = (*_webhook(settings, found), *clock_to_do(found.date, clock, "Telegram's"))
    return Findings(lines=lines, to_do=to_do)


def _unusable(settings: Settings, error: ApiError) -> str:
    if isinstance(error, Rejected) and error.token_refused:
        return "TELEGRAM_TOKEN is refused: write the one that @BotFather gives for this bot"
    return (
        f"Telegram cannot be reached at TELEGRAM_API ({error}): open https to it from here, or "
        "name a Bot API server or lawful proxy that can in TELEGRAM_API, or empty TELEGRAM_TOKEN "
        "to turn Telegram off; the web chat works without it"
    )


def _webhook(settings: Settings, found: Probe) -> list[str]:
    if settings.telegram_mode == "polling":
        return [_set_elsewhere(found)] if found.webhook else []
    own = Hook(base=settings.telegram_webhook_url, secret=settings.webhook_secret()).url
    to_do = []
    if found.webhook != own:
        to_do.append(f"Telegram does not call {own} yet: `python -m bot serve` has it do so")
    if found.last_error:
        words = redacted(found.last_error)
        to_do.append(f"Telegram could not deliver ({words}): {own} must answer from outside")
    return to_do


def _set_elsewhere(found: Probe) -> str:
    return (
        f"TELEGRAM_MODE is polling and Telegram calls {redacted(found.webhook)}: stop the server "
        "there; `python -m bot serve` takes the webhook away when it starts"
    )
