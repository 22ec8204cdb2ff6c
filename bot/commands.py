"""Every command that is not about packs or operations: read, replay, chat, demo, serve."""

import asyncio
import io
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import web

import locales
from bot.conversation import ConversationError, read_conversation
from bot.demo import build_demo
from bot.dhis2_commands import dhis2_app
from bot.logs import configure_logs
from bot.operations import build_server, operations
from bot.outbox_commands import outbox_app
from bot.plan_commands import pack_folders, plan_app, read_packs
from bot.replay import LINES, Options
from bot.replay_together import replay_all
from bot.safekeeping import safekeeping
from bot.settings import settings_or_exit
from bot.terminal_chat import Talker, talk
from bot.zalo_commands import zalo_app
from plans.answers import AnswerKind, Reading, read

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(plan_app, name="plan")
app.add_typer(dhis2_app, name="dhis2")
app.add_typer(operations)
app.add_typer(safekeeping)
app.add_typer(outbox_app)
app.add_typer(zalo_app, name="zalo")


@app.callback()
def begin() -> None:
    """A chatbot that collects aggregate count reports, and sums them up."""
    # Before anything can fail: the library's own log would print what a message said.
    configure_logs(settings_or_exit().log_level)


@app.command(name="read")
def read_answers(
    kind: Annotated[AnswerKind, typer.Option(help="What is asked.")] = AnswerKind.COUNT,
    language: Annotated[str, typer.Option(help="vi or en")] = "vi",
) -> None:
    """Read answers on stdin, one a line; print a JSON line for each."""
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace"):
        reading = read(line.rstrip("\n"), kind)
        typer.echo(json.dumps(_plain(reading, language), ensure_ascii=False))


def _plain(reading: Reading, language: str) -> dict[str, object]:
    def number(value: object) -> object:
        return value if value is None or isinstance(value, int) else float(str(value))

    hint = locales.text(language, reading.hint, **reading.args) if reading.hint else None
    plain: dict[str, object] = {
        "outcome": reading.outcome.value,
        "value": number(reading.value),
        "hint": hint,
    }
    if reading.options:
        plain["options"] = [number(option) for option in reading.options]
    return plain


@app.command()
def replay(
    files: Annotated[list[Path], typer.Argument(help="Conversation files.")],
    twice: Annotated[bool, typer.Option("--twice", help="Deliver each message twice.")] = False,
    channel: Annotated[str, typer.Option(help=f"One of {', '.join(LINES)}.")] = "webchat",
) -> None:
    """Run conversation files; exit 1 and print a diff where the bot answers otherwise."""
    level = settings_or_exit().log_level
    # That a channel opens, a hundred times over, is no news here.
    configure_logs("warning" if level == "info" else level)
    try:
        talks = [read_conversation(path) for path in files]
        options = Options(twice=twice, channel=channel)
        differences = replay_all(talks, read_packs(pack_folders()), options)
    except (ConversationError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for difference in differences:
        typer.echo(str(difference))
    wrong = len({difference.path for difference in differences})
    typer.echo(f"{len(talks) - wrong} of {len(talks)} conversations as written")
    if differences:
        raise typer.Exit(1)


@app.command()
def demo(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", help="Port to listen on.")] = 8080,
    database: Annotated[Path, typer.Option(help="Where the demo is kept.")] = Path("var/demo.db"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew.")] = False,
) -> None:
    """Run the demo: a web chat with people to play, synthetic figures, a clock to move."""
    if fresh:
        for path in database.parent.glob(f"{database.name}*"):
            path.unlink()
    typer.echo(f"http://{host}:{port}")
    web.run_app(build_demo(database), host=host, port=port, print=None)


@app.command()
def serve() -> None:
    """Run the bot with what `.env` configures."""
    settings = settings_or_exit()
    web.run_app(build_server(settings), host=settings.host, port=settings.port, print=None)


@app.command()
def chat(
    plan: Annotated[str, typer.Option(help="Id of the plan.")] = "binh_thuan_2024",
    as_: Annotated[
        str, typer.Option("--as", help="Unit code, or `coordinator`.", metavar="UNIT")
    ] = "22915",
    save: Annotated[Path | None, typer.Option(help="Write a conversation file.")] = None,
    now: Annotated[str, typer.Option(help="Moment in Việt Nam: 2024-06-11 08:00.")] = "",
) -> None:
    """Talk in the terminal: no token, no network, nothing kept but what --save writes."""
    packs = read_packs(pack_folders())
    try:
        asyncio.run(talk(packs, Talker(plan=plan, role=as_, now=now, save=save)))
    except ConversationError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
