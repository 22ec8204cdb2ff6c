"""Takes in what Zalo posts, instead of the server, and tells how it looks and what proves it."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from itertools import product
from typing import Annotated, Any, Final, get_args

import typer
from aiohttp import web

from bot.channels.zalo_bot_webhook import MOST_BYTES, SECRET_HEADER, Hook
from bot.channels.zalo_bot_webhook import PATH as BOT_PATH
from bot.channels.zalo_oa_signature import HEADER, First, Seal, Verdict, is_timely
from bot.channels.zalo_oa_webhook import PATH as OA_PATH
from bot.channels.zalo_oa_webhook import RETRY_HEADER
from bot.clock import SystemClock
from bot.settings import Settings, settings_or_exit
from bot.zalo_shapes import inside, shape

_AGENT_LENGTH: Final = 40


def listen(
    seconds: Annotated[int, typer.Argument(min=1, help="How long to listen.")] = 300,
    delay: Annotated[float, typer.Option(min=0, help="Seconds before each answer.")] = 0.0,
    status: Annotated[int, typer.Option(min=200, max=599, help="What to answer.")] = 200,
) -> None:
    """Take Zalo's calls in the server's place and tell how they look; stop `serve` before."""
    settings = settings_or_exit()
    asyncio.run(Ear(settings, delay, status).listen(seconds))


def check_signature(
    signature: Annotated[str, typer.Option(help="The X-ZEvent-Signature that came with it.")],
) -> None:
    """Say which variant signed an event whose body stands on standard input, byte for byte."""
    body = sys.stdin.buffer.read()
    for line in proofs(settings_or_exit(), body, signature):
        typer.echo(line)


def proofs(settings: Settings, body: bytes, signature: str) -> list[str]:
    """Say by which of the four disputed variants a signature fits, and what to set."""
    event = _object(body)
    timestamp = str(event.get("timestamp", ""))
    secrets = {
        "ZALO_OA_WEBHOOK_SECRET": settings.zalo_oa_webhook_secret.get_secret_value(),
        "ZALO_OA_APP_SECRET": settings.zalo_oa_app_secret.get_secret_value(),
    }
    lines = []
    for first, (name, secret) in product(get_args(First), secrets.items()):
        seal = Seal(
            app_id=settings.zalo_oa_app_id,
            oa_id=settings.zalo_oa_id,
            secret=secret,
            signed_by=first,
        )
        if secret and seal.judge(body, timestamp, signature) is Verdict.GENUINE:
            lines.append(f"signed with {name}: set ZALO_OA_SIGNED_BY={first}")
            if name == "ZALO_OA_APP_SECRET":
                lines.append("the app's secret signs: write it into ZALO_OA_WEBHOOK_SECRET too")
    timely = is_timely(timestamp, SystemClock().now())
    old = [] if timely else ["its moment is hours away from this machine's clock"]
    return [*(lines or ["no variant fits: forged, or the secret is another one"]), *old]


class Ear:
    """A server of its own for a while, at the address where the reverse proxy expects one."""

    def __init__(self, settings: Settings, delay: float, status: int) -> None:
        self._settings = settings
        self._delay = delay
        self._status = status
        self._seen: Counter[str] = Counter()
        self._since: dict[str, float] = {}

    async def listen(self, seconds: float) -> None:
        """Listen for so long; whatever comes is told of and not kept."""
        site = web.Application(client_max_size=MOST_BYTES)
        site.add_routes([web.post(BOT_PATH, self._bot), web.post(OA_PATH, self._account)])
        runner = web.AppRunner(site, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._settings.host, self._settings.port).start()
            typer.echo(f"listening at {BOT_PATH} and {OA_PATH} for {seconds} seconds")
            await asyncio.sleep(seconds)
        except OSError:
            typer.echo("something listens there already: stop serve first", err=True)
            raise typer.Exit(1) from None
        finally:
            await runner.cleanup()

    async def _bot(self, request: web.Request) -> web.Response:
        body = await request.read()
        hook = Hook(base="", secret=self._settings.bot_webhook_secret())
        proven = hook.proves(request.headers.get(SECRET_HEADER, ""))
        how, event = inside(_object(body))
        message = event.get("message")
        id = message.get("message_id") if isinstance(message, dict) else ""
        self._tell("bot", request, how if body.strip() else "an empty body", str(id or ""))
        typer.echo(f"  secret: {'right' if proven else 'wrong or missing'}")
        typer.echo(f"  {shape(event)}")
        return await self._answer()

    async def _account(self, request: web.Request) -> web.Response:
        body = await request.read()
        event = _object(body)
        message = event.get("message")
        numbered = message if isinstance(message, dict) else {}
        id = str(numbered.get("msg_id") or numbered.get("message_id") or "")
        self._tell("oa", request, "an event" if body.strip() else "an empty body", id)
        for line in proofs(self._settings, body, request.headers.get(HEADER, "")):
            typer.echo(f"  {line}")
        typer.echo(f"  {shape(event)}")
        return await self._answer()

    def _tell(self, whose: str, request: web.Request, what: str, id: str) -> None:
        """Tell of a call and whether it came before."""
        now = time.monotonic()
        again = ""
        if id and self._seen[id]:
            again = f", again after {now - self._since[id]:.1f} s (call {self._seen[id] + 1})"
        self._seen[id] += 1
        self._since.setdefault(id, now)
        retry = request.headers.get(RETRY_HEADER, "none")
        agent = "".join(filter(str.isprintable, request.headers.get("User-Agent", "none")))
        typer.echo(
            f"{whose}: {what}{again}; num_retry {retry[:4]}; User-Agent {agent[:_AGENT_LENGTH]}"
        )

    async def _answer(self) -> web.Response:
        await asyncio.sleep(self._delay)
        typer.echo(f"  answered {self._status} after {self._delay:g} s")
        return web.Response(status=self._status)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
