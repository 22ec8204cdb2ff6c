"""Whether both Zalo channels work as they are set, and what to do where they do not."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.channels.calls import ApiError, Calls
from bot.channels.zalo_bot_client import Account as BotAccount
from bot.channels.zalo_bot_errors import Rejected as BotRejected
from bot.channels.zalo_bot_quota import QUOTA_USED
from bot.channels.zalo_bot_updates import NAME as BOT
from bot.channels.zalo_bot_webhook import Hook
from bot.channels.zalo_oa_client import Client
from bot.channels.zalo_oa_errors import NoTokens, Rejected
from bot.channels.zalo_oa_events import NAME as OA
from bot.channels.zalo_oa_webhook import PATH
from bot.channels.zalo_phone import NAME as PHONE
from bot.clock import Clock
from bot.findings import Findings, clock_to_do
from bot.ledger import Ledger
from bot.logs import redacted
from bot.settings import Settings
from bot.zalo_oa_opening import account_of
from bot.zalo_probe import BotProbe, StoredTokens, date_of, probe_bot
from plans.allowance import Allowance
from plans.calendar import local
from storage import addresses, credentials, postage
from storage.credentials import Pair
from storage.database import Database
from storage.postage import Cost

QUOTA: Final = "/v3.0/oa/quota/message"
# Nobody has this number: whether the token is taken is all that is asked.
NOBODY: Final = "0"
_ABOUT_NOBODY: Final = (-201, -213)
REFRESH_FOR: Final = timedelta(days=90)
AGREE_AHEAD: Final = timedelta(days=14)
AGREE: Final = (
    "run `python -m bot zalo consent`, let the account's administrator agree, then "
    "`python -m bot zalo authorize CODE`"
)


async def zalo_findings(settings: Settings, database: Database, clock: Clock) -> Findings:
    """Look at the Zalo bot and the Official Account, each if it is set."""
    found = (
        await _bot(settings, database, clock),
        await _account(settings, database, clock),
    )
    return Findings(
        lines=tuple(line for one in found for line in one.lines),
        to_do=tuple(one for each in found for one in each.to_do),
    )


async def _bot(settings: Settings, database: Database, clock: Clock) -> Findings:
    token = settings.zalo_bot_token.get_secret_value()
    if not token:
        return Findings(lines=("zalo bot: off, ZALO_BOT_TOKEN is empty",))
    counted = await _bot_counts(settings, database, clock)
    try:
        found = await probe_bot(BotAccount(token=token, api=settings.zalo_bot_api))
        date = await date_of(settings.zalo_bot_api)
    except ApiError as error:
        lines = ("zalo bot: no use", *counted.lines)
        return Findings(lines=lines, to_do=(_bot_unusable(error), *counted.to_do))
    lines = (
        f"zalo bot: {found.name or 'it has no name'} ({found.plan}), {settings.zalo_bot_mode}",
        f"zalo bot webhook: {redacted(found.webhook) or 'none'}",
        *counted.lines,
        f"zalo bot files: {_files(settings)}",
    )
    to_do = (*_bot_webhook(settings, found), *counted.to_do, *clock_to_do(date, clock, "Zalo's"))
    return Findings(lines=lines, to_do=to_do)


def _bot_unusable(error: ApiError) -> str:
    if isinstance(error, BotRejected) and (error.token_refused or not error.spoken):
        return (
            f"ZALO_BOT_TOKEN is refused, or something on the way refuses ({error}): write the "
            "token that Zalo Bot Manager sent last"
        )
    return (
        f"Zalo cannot be reached at ZALO_BOT_API ({error}): open https to it from here, or empty "
        "ZALO_BOT_TOKEN to turn the bot off; the web chat works without it"
    )


def _bot_webhook(settings: Settings, found: BotProbe) -> list[str]:
    if settings.zalo_bot_mode == "polling":
        if not found.webhook:
            return []
        return [
            f"ZALO_BOT_MODE is polling and Zalo calls {redacted(found.webhook)}: with a webhook "
            "set polls stay silent. Stop the server there and take it away with "
            "`python -m bot zalo measure bot-webhook --remove`, or write ZALO_BOT_MODE=webhook"
        ]
    own = Hook(base=settings.public_url, secret=settings.bot_webhook_secret()).url
    if found.webhook == own:
        return []
    return [f"Zalo does not call {own} yet: `python -m bot serve` has it do so"]


async def _bot_counts(settings: Settings, database: Database, clock: Clock) -> Findings:
    """Count the month's messages and the people, and say what comes of it."""
    ledger = Ledger(database, clock, BOT)
    spent, used_up = await ledger.spent(ledger.month), await ledger.warned(QUOTA_USED)
    people = await database.read(lambda tx: len(addresses.people_on(tx, BOT)))
    monthly, most = settings.zalo_bot_monthly, settings.zalo_bot_users
    allowance = Allowance(monthly=monthly, reserve=settings.zalo_bot_reserve, users=most)
    lines = (
        f"zalo bot messages of {ledger.month:%m/%Y}: {spent} of {monthly or 'no limit'}, "
        f"the last {allowance.kept} for answers alone",
        f"zalo bot people: {people} of {most or 'no limit'}",
    )
    to_do = []
    if used_up:
        to_do.append(
            "Zalo says that the bot's messages of this month are used up: give people another "
            "channel (/kenh), and compare ZALO_BOT_MONTHLY with the plan of the bot"
        )
    elif allowance.runs_low(spent):
        to_do.append(
            f"{spent} of the bot's {monthly} messages of this month are gone: give people another "
            "channel (/kenh) before reminders stop"
        )
    if not allowance.has_room(people):
        to_do.append(
            f"the bot serves {most} people already: whoever comes next needs another channel"
        )
    return Findings(lines=lines, to_do=tuple(to_do))


async def _account(settings: Settings, database: Database, clock: Clock) -> Findings:
    if not settings.zalo_oa_id:
        return Findings(lines=("zalo oa: off, ZALO_OA_ID is empty",))
    pair = await database.read(lambda tx: credentials.pair_of(tx, OA))
    lines = [*_pair_lines(pair), *await _account_lines(settings, database, clock)]
    to_do = list(_pair_to_do(pair, clock.now()))
    try:
        to_do += clock_to_do(await date_of(settings.zalo_oa_api), clock, "Zalo's")
        if pair and clock.now() < pair.expires_at:
            await _ask(settings, database, clock)
            lines[0] += ", taken by Zalo"
    except NoTokens:
        to_do.append(
            "Zalo refuses the stored token: `python -m bot serve` renews it within a minute; if "
            f"it runs and this stays, see zalo_oa.not_renewed in the log, then {AGREE}"
        )
    except Rejected as refusal:
        to_do.append(f"Zalo refuses to answer ({refusal}): docs/zalo.en.md says what numbers mean")
    except ApiError as error:
        to_do.append(
            f"Zalo cannot be reached at ZALO_OA_API ({error}): open https to it from here, or "
            "empty ZALO_OA_ID to turn the account off; the web chat works without it"
        )
    return Findings(lines=tuple(lines), to_do=tuple(to_do))


async def _ask(settings: Settings, database: Database, clock: Clock) -> None:
    """Ask with the stored token about nobody; a refusal of that is what is hoped for."""
    account, calls = account_of(settings), Calls()
    tokens = StoredTokens(account, database, clock)
    client = Client(account, tokens, calls=calls)
    try:
        await client.send(QUOTA, {"user_id": NOBODY})
    except Rejected as refusal:
        if refusal.code not in _ABOUT_NOBODY:
            raise
    finally:
        await tokens.close()
        await client.close()


def _pair_lines(pair: Pair | None) -> list[str]:
    if pair is None:
        return ["zalo oa: no tokens yet"]
    until = local(pair.renewed_at + REFRESH_FOR)
    return [
        f"zalo oa: token until {local(pair.expires_at):%d/%m/%Y %H:%M}, last renewed "
        f"{local(pair.renewed_at):%d/%m/%Y %H:%M}; if it is not renewed consent ends "
        f"{until:%d/%m/%Y}"
    ]


def _pair_to_do(pair: Pair | None, now: datetime) -> list[str]:
    if pair is None:
        return [f"the Official Account has given no tokens: {AGREE}"]
    age = now - pair.renewed_at
    if age >= REFRESH_FOR:
        return [f"the refresh token is {age.days} days old and no good any more: {AGREE}"]
    if age >= REFRESH_FOR - AGREE_AHEAD:
        return [
            f"the tokens were not renewed for {age.days} days: have `python -m bot serve` run; "
            f"after {REFRESH_FOR.days} the consent ends"
        ]
    if now >= pair.expires_at:
        return [
            "the stored token has expired: `python -m bot serve` renews it when it starts; if it "
            "runs, see zalo_oa.not_renewed in the log. doctor renews nothing"
        ]
    return []


async def _account_lines(settings: Settings, database: Database, clock: Clock) -> list[str]:
    month = Ledger(database, clock, OA).month
    costs, numbers, by_phone = await database.read(lambda tx: _spent(tx, month))
    paid, templates = settings.zalo_oa_paid_monthly, ", ".join(settings.oa_templates)
    told = ", ".join(f"{cost} {count}" for cost, count in costs.items())
    return [
        f"zalo oa webhook: write {settings.public_url}{PATH} in the app's console; signed by "
        f"{settings.zalo_oa_signed_by}",
        f"zalo oa templates: {templates or 'none, so nobody is reminded 7 days after a word'}",
        f"zalo oa messages of {month:%m/%Y}: {told or 'none'}; "
        f"paid {costs.get(Cost.PAID, 0)} of {paid} allowed",
        f"zalo oa pace: {settings.zalo_oa_per_minute} requests a minute",
        f"zalo phone: {numbers} numbers with consent, {by_phone} templates this month",
    ]


def _spent(tx: Connection, month: datetime) -> tuple[dict[Cost, int], int, int]:
    numbers = len(addresses.people_on(tx, PHONE))
    by_phone = postage.spent(tx, PHONE, month, (Cost.TEMPLATE_PHONE,))
    return postage.by_cost(tx, OA, month), numbers, by_phone


def _files(settings: Settings) -> str:
    if settings.public_url:
        return f"as links, two hours good, below {settings.public_url}"
    return "only on the web chat, for PUBLIC_URL is empty"
