"""What an operator sees of the outbox: counts, what did not arrive, and how to send it again."""

from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.app import App
from bot.operations import with_app
from plans.calendar import local
from storage import dead_letters
from storage.dead_letters import DeadLetter

outbox_app = typer.Typer()


@outbox_app.command(name="outbox")
def show_outbox(
    requeue: Annotated[
        list[int] | None,
        typer.Option(help="Send the message of this number again; may be repeated."),
    ] = None,
    requeue_all: Annotated[
        bool, typer.Option("--requeue-all", help="Send again all that failed or is in doubt.")
    ] = False,
) -> None:
    """Count messages by state and urgency, and list what failed or is in doubt; never a text."""

    async def work(app: App) -> list[str]:
        if requeue or requeue_all:
            again = await app.database.run(lambda tx: _requeue(tx, app, requeue or []))
            typer.echo(f"{len(again)} messages wait again")
        return await app.database.read(_lines)

    for line in with_app(work) or ["no message was ever owed"]:
        typer.echo(line)


def _requeue(connection: Connection, app: App, chosen: list[int]) -> list[int]:
    dead = {letter.number for letter in dead_letters.dead_letters(connection)}
    if wrong := sorted(set(chosen) - dead):
        numbers = ", ".join(map(str, wrong))
        raise typer.BadParameter(f"no message that failed or is in doubt has the number {numbers}")
    return dead_letters.requeue(connection, set(chosen) or dead, app.clock.now())


def _lines(connection: Connection) -> list[str]:
    counts = [
        f"{state}\t{urgency.name.lower()}\t{count}"
        for (state, urgency), count in dead_letters.counts_by_urgency(connection).items()
    ]
    return counts + [_line(letter) for letter in dead_letters.dead_letters(connection)]


def _line(letter: DeadLetter) -> str:
    person = f"person {letter.person_id}" if letter.person_id else "-"
    return "\t".join(
        (
            str(letter.number),
            letter.state,
            letter.urgency.name.lower(),
            letter.channel,
            person,
            f"{local(letter.posted_at):%d/%m/%Y %H:%M}",
            letter.failure,
        )
    )
