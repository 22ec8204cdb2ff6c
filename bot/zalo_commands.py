"""What an operator does about Zalo: let the account agree, name telephone numbers, see the cost."""

import base64
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Annotated, Final, NoReturn
from urllib.parse import urlencode

import typer
from sqlalchemy import Connection

from bot.app import App
from bot.channels.calls import ApiError, Calls
from bot.channels.zalo_oa_events import NAME as ZALO_OA
from bot.channels.zalo_oa_tokens import pair_for
from bot.channels.zalo_oa_webhook import PATH
from bot.channels.zalo_phone import NAME as ZALO_PHONE
from bot.channels.zalo_phone import NUMBER
from bot.ledger import Ledger
from bot.operations import with_app
from bot.settings import Settings, settings_or_exit
from bot.zalo_measure import measure
from bot.zalo_oa_opening import account_of
from plans.calendar import local
from plans.messages import Address
from plans.people import Role
from storage import addresses, audit, credentials, people, postage
from storage.drafts import Key

zalo_app = typer.Typer(no_args_is_help=True, help="Zalo: consent, telephone numbers, cost.")
zalo_app.add_typer(measure, name="measure")

CONSENT: Final = "/v4/oa/permission"
VERIFIER: Final = "zalo_oa_verifier"
CHANNELS: Final = ("zalo_bot", ZALO_OA, ZALO_PHONE)


@zalo_app.command()
def consent() -> None:
    """Print the link at which the account's administrator agrees, and what the console is told."""
    settings = _with_account()
    callback, challenge = f"{settings.public_url}{PATH}", _challenge(_verifier(settings))
    query = urlencode(
        {
            "app_id": settings.zalo_oa_app_id,
            "redirect_uri": callback,
            "code_challenge": challenge,
        }
    )
    typer.echo(f"callback, for the app's console:  {callback}")
    typer.echo(f"challenge, for the app's console: {challenge}")
    typer.echo(f"{settings.zalo_oa_oauth}{CONSENT}?{query}")
    typer.echo("then, within ten minutes of agreeing: python -m bot zalo authorize CODE")


@zalo_app.command()
def authorize(
    code: Annotated[str, typer.Argument(help="What stands after code= where the link led.")],
) -> None:
    """Change the code of an agreement for the account's tokens, and keep them."""
    settings = _with_account()
    path = settings.data_dir / VERIFIER
    if not path.exists():
        _exit("no agreement was asked for: run `python -m bot zalo consent` first")
    verifier = path.read_text(encoding="ascii")
    try:
        until = with_app(lambda app: _authorised(app, settings, code.strip(), verifier))
    except ApiError as error:
        _exit(f"{error}: a code is good once and for ten minutes, ask for another one by `consent`")
    typer.echo(
        f"the Official Account agreed; its token is good until {until} and renewed by itself"
    )


async def _authorised(app: App, settings: Settings, code: str, verifier: str) -> str:
    form = {"code": code, "grant_type": "authorization_code", "code_verifier": verifier}
    calls = Calls()
    try:
        pair = await pair_for(calls, account_of(settings), form, app.clock.now())
    finally:
        await calls.close()
    await app.database.run(lambda tx: credentials.keep(tx, ZALO_OA, pair))
    return f"{local(pair.expires_at):%H:%M %d/%m/%Y}"


@zalo_app.command()
def phone(
    person: Annotated[int, typer.Argument(help="Number of the person; none: list them.")] = 0,
    number: Annotated[str, typer.Argument(help="Telephone number, 84…; `-` takes it away.")] = "",
) -> None:
    """Let approved templates reach a person by telephone number, where nothing else does."""
    digits = re.sub(r"[\s.+]", "", number)
    if person and digits != "-" and not NUMBER.fullmatch(digits):
        raise typer.BadParameter("write the number as 84 and nine digits, or - to take it away")

    async def work(app: App) -> list[str]:
        if person:
            await app.database.run(lambda tx: _name_phone(tx, app, person, digits))
        return await app.database.read(lambda tx: _people_lines(tx, person))

    for line in with_app(work) or ["nobody has joined yet: python -m bot invite --plan …"]:
        typer.echo(line)


def _name_phone(tx: Connection, app: App, person: int, digits: str) -> None:
    known = [one.address for one in addresses.reached_at(tx, person)]
    if not known:
        raise typer.BadParameter(f"nobody has the number {person}: `zalo phone` lists people")
    for one in known:
        if one.channel == ZALO_PHONE:
            addresses.remove(tx, person, one)
    if digits != "-":
        addresses.add(tx, person, Address(channel=ZALO_PHONE, chat=digits), app.clock.now())
    entry = audit.Entry(
        at=app.clock.now(),
        person_id=person,
        action="phone.removed" if digits == "-" else "phone.named",
        key=Key(plan="", period="", unit=""),
    )
    audit.write(tx, entry)


def _people_lines(tx: Connection, person: int) -> list[str]:
    """Return a line for each role, with the person's number and channels; no telephone number."""
    return [
        "\t".join(
            (str(role.person_id), role.plan, role.unit or "-", role.kind, _channels(tx, role))
        )
        for role, _ in people.everyone(tx)
        if person in (0, role.person_id)
    ]


def _channels(tx: Connection, role: Role) -> str:
    return " ".join(one.address.channel for one in addresses.reached_at(tx, role.person_id))


@zalo_app.command(name="postage")
def show_postage() -> None:
    """Count this month's messages by channel and by what they cost."""

    async def work(app: App) -> list[str]:
        month = Ledger(app.database, app.clock, "").month

        def lines(tx: Connection) -> list[str]:
            return [
                f"{channel}\t{cost}\t{count}"
                for channel in CHANNELS
                for cost, count in postage.by_cost(tx, channel, month).items()
            ]

        return await app.database.read(lines)

    for line in with_app(work) or ["no message of this month was counted"]:
        typer.echo(line)


def _with_account() -> Settings:
    settings = settings_or_exit()
    if not settings.zalo_oa_id:
        _exit("ZALO_OA_ID is empty: the Official Account is off")
    return settings


def _verifier(settings: Settings) -> str:
    """Return the secret of the agreement, made once: its challenge is in the app's console."""
    path = settings.data_dir / VERIFIER
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _write(path, secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii")


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _exit(words: str) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(2)
