"""Measures what nobody knows of Zalo for sure, on the bot or account that is set.

What is printed are facts: names of fields, codes, seconds. No text, no name, no token, and of an id
four characters.
"""

import asyncio
import secrets
import time
from collections import Counter
from typing import Annotated, Any, Final

import typer

import locales
from bot.channels.zalo_bot_client import Client as BotClient
from bot.channels.zalo_bot_errors import Rejected
from bot.channels.zalo_bot_updates import NAME as BOT
from bot.channels.zalo_bot_webhook import Hook
from bot.channels.zalo_oa_client import BY_USER, CONSULT, DOCUMENT, Client
from bot.channels.zalo_oa_events import NAME as OA
from bot.settings import Settings
from bot.zalo_doctor import QUOTA
from bot.zalo_listen import check_signature, listen
from bot.zalo_measuring import Bench, tell, with_account, with_bot
from bot.zalo_shapes import shape, shortened
from plans.calendar import local
from plans.messages import Address, File
from storage import credentials
from storage.postage import Cost

measure = typer.Typer(no_args_is_help=True, help="Measure what nobody knows of Zalo for sure.")
measure.command(name="oa-signature")(check_signature)
measure.command(name="listen")(listen)

POLL_SECONDS: Final = 10
LEAST_SECONDS: Final = 1.0
# The smallest document that Zalo may take for a PDF.
_PAGE: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
Person = Annotated[int, typer.Argument(help="Number of a person: `python -m bot people`.")]


@measure.command()
def bot_me() -> None:
    """Tell what getMe and getWebhookInfo look like, and whether the webhook is ours."""

    async def work(bench: Bench, client: BotClient) -> None:
        await tell("getMe", client.call("getMe"))
        about = await tell("getWebhookInfo", client.call("getWebhookInfo"))
        url = str(about.get("url") or "") if isinstance(about, dict) else ""
        whose = "ours" if url == _hook(bench.settings).url else "somebody else's"
        typer.echo(f"webhook: {whose if url else 'none is set'}")

    with_bot(work)


@measure.command()
def bot_poll(
    seconds: Annotated[int, typer.Option(min=1, help="How long to poll.")] = 60,
) -> None:
    """Poll and tell how updates look, and which come twice; stop `serve`, for these are lost."""

    async def work(_bench: Bench, client: BotClient) -> None:
        end, idle = time.monotonic() + seconds, Counter[str]()
        seen: Counter[str] = Counter()
        while (left := end - time.monotonic()) > 0:
            began, wait = time.monotonic(), str(max(1, min(POLL_SECONDS, int(left))))
            try:
                told = await client.call("getUpdates", POLL_SECONDS + 10.0, timeout=wait)
            except Rejected as refusal:
                if not refusal.idle:
                    raise
                told = None
                idle[shortened(str(refusal))] += 1
            for update in told if isinstance(told, list) else [told] if told else []:
                _tell_update(update, seen, "in a list" if isinstance(told, list) else "alone")
            await asyncio.sleep(max(0.0, LEAST_SECONDS - (time.monotonic() - began)))
        typer.echo(f"idle polls: {dict(idle) or 'none was refused'}")
        typer.echo(f"updates: {len(seen)}, of them told again: {sum(n > 1 for n in seen.values())}")

    with_bot(work)


def _tell_update(update: Any, seen: Counter[str], how: str) -> None:
    message = update.get("message") if isinstance(update, dict) else None
    id = str(message.get("message_id", "")) if isinstance(message, dict) else ""
    seen[id] += 1
    if seen[id] == 1:
        typer.echo(f"update, {how}: {shape(update)}")
    else:
        typer.echo(f"the same message {id[:4]}… for the {seen[id]}th time")


@measure.command()
def bot_webhook(
    set_: Annotated[int, typer.Option("--set", min=0, help="Set ours so many times.")] = 0,
    remove: Annotated[bool, typer.Option("--remove", help="Take the webhook away.")] = False,
) -> None:
    """Let Zalo try the webhook that is set; or set ours, or take the webhook away."""

    async def work(bench: Bench, client: BotClient) -> None:
        if remove:
            await tell("deleteWebhook", client.call("deleteWebhook"))
            return
        if set_ and not bench.settings.public_url:
            raise typer.BadParameter("PUBLIC_URL is empty: there is no address to set")
        own = _hook(bench.settings)
        for place in range(set_):
            call = client.call("setWebhook", url=own.url, secret_token=own.secret)
            if await tell(f"setWebhook {place + 1}", call) is None:
                return
        if not set_:
            await tell("testWebhook", client.call("testWebhook"))

    with_bot(work)


@measure.command()
def bot_send(person: Person) -> None:
    """Send a test message to one person, out of the month's; tell the answer and how long."""

    async def work(bench: Bench, client: BotClient) -> None:
        address = await bench.chat_of(person, BOT)
        call = client.call("sendMessage", chat_id=address.chat, text=_hello())
        await tell("sendMessage", bench.counted(address, Cost.QUOTA, call))

    with_bot(work)


@measure.command()
def bot_unknown() -> None:
    """Send to a chat that does not exist; tell which error Zalo has for that."""

    async def work(bench: Bench, client: BotClient) -> None:
        nobody = Address(channel=BOT, chat=secrets.token_hex(10))
        call = client.call("sendMessage", chat_id=nobody.chat, text=_hello())
        await tell("sendMessage to nobody", bench.counted(nobody, Cost.QUOTA, call))

    with_bot(work)


@measure.command()
def oa_me(
    person: Annotated[int, typer.Option(help="Number of a person to ask about too.")] = 0,
) -> None:
    """Tell until when the token is good, and what may still be sent to a person for nothing."""

    async def work(bench: Bench, client: Client) -> None:
        pair = await bench.database.read(lambda tx: credentials.pair_of(tx, OA))
        until = f"{local(pair.expires_at):%d/%m/%Y %H:%M}" if pair else "there is none"
        typer.echo(f"token until: {until}")
        if person:
            address = await bench.chat_of(person, OA)
            await tell("quota of the person", client.send(QUOTA, {"user_id": address.chat}))

    with_account(work)


@measure.command()
def oa_send(
    person: Person,
    template: Annotated[str, typer.Option(help="By a template: `reminder` or `nudge`.")] = "",
    file: Annotated[bool, typer.Option("--file", help="A file, by its uploaded token.")] = False,
) -> None:
    """Send a test message to one person; tell the answer, and which quota Zalo took it from."""

    async def work(bench: Bench, client: Client) -> None:
        address = await bench.chat_of(person, OA)
        path, body, cost = await _body(bench, client, template, file)
        body |= {"user_id": address.chat} if template else {"recipient": {"user_id": address.chat}}
        call = client.send(path, body)
        await tell("sent", bench.counted(address, cost, call))

    with_account(work)


async def _body(
    bench: Bench, client: Client, template: str, file: bool
) -> tuple[str, dict[str, Any], Cost]:
    if template:
        if template not in bench.settings.oa_templates:
            raise typer.BadParameter(f"ZALO_OA_TEMPLATES names no template for {template}")
        fields = dict.fromkeys(("unit", "period", "deadline"), _hello()[:30])
        number = bench.settings.oa_templates[template]
        return BY_USER, {"template_id": number, "template_data": fields}, Cost.TEMPLATE_USER
    if not file:
        return CONSULT, {"message": {"text": _hello()}}, Cost.FREE
    page = File(name="test.pdf", content=_PAGE, media_type="application/pdf")
    named = await client.upload(DOCUMENT, page)
    attachment = {"type": "file", "payload": {"token": named}}
    return CONSULT, {"message": {"attachment": attachment}}, Cost.FREE


def _hook(settings: Settings) -> Hook:
    return Hook(base=settings.public_url, secret=settings.bot_webhook_secret())


def _hello() -> str:
    return locales.text("vi", "measure.hello")
