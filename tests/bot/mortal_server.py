"""Runs `python -m bot serve` in forks of a process that has imported it; they die where told.

A line of JSON starts one: its environment, what time it is, and the file that names the place of
its death. Three things are not as in a release: the time, the pace and how often the jobs look.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

import locales
from bot.channels import telegram_intake, zalo_bot_intake, zalo_oa_intake
from bot.channels.telegram import Telegram
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOA
from bot.clock import MovableClock
from bot.commands import app
from bot.lanes import Lane
from bot.outcomes import record
from bot.receive import Receiver
from bot.web import CHANNELS, telegram, zalo_bot, zalo_oa
from documents.canvas import Canvas
from plans.calendar import whole_calendar
from plans.load import load_all
from plans.working_days import load_working_days
from scheduler.jobs import JOBS
from storage import letters, outbox
from tests.bot import telegram_line, zalo_bot_line, zalo_oa_line

OWN_PACKS = Path(__file__).parents[2] / "plans" / "packs"
OFTEN = timedelta(seconds=0.2)
INTAKES = (
    (telegram_intake.Intake, "take"),
    (zalo_bot_intake.Intake, "take"),
    (zalo_oa_intake.Intake, "begin"),
)
# The channels without the platforms' limits, which the fakes do not keep either.
HASTY = {
    "telegram": lambda app, settings: telegram(app, settings, telegram_line.HASTY),
    "zalo_bot": lambda app, settings: zalo_bot(app, settings, zalo_bot_line.HASTY),
    "zalo_oa": lambda app, settings: zalo_oa(app, settings, zalo_oa_line.HASTY),
}
AnyFunction = Callable[..., Any]


class Doom:
    """Where the process dies: the file holds the name of a place, and is gone afterwards.

    Of work that had begun when the file was written nobody dies: that is an earlier message's.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def meant(self, place: str) -> bool:
        """Say whether it was told to die here."""
        try:
            return self._file.read_text() == place
        except FileNotFoundError:
            return False

    def strike(self) -> None:
        """Die."""
        self._file.unlink()
        os.kill(os.getpid(), signal.SIGKILL)

    def before(self, place: str, work: AnyFunction) -> AnyFunction:
        @wraps(work)
        def wrapped(*args: Any, **named: Any) -> Any:
            if self.meant(place):
                self.strike()
            return work(*args, **named)

        return wrapped

    def after(self, place: str, work: AnyFunction) -> AnyFunction:
        @wraps(work)
        def wrapped(*args: Any, **named: Any) -> Any:
            meant, result = self.meant(place), work(*args, **named)
            if meant and result != 0:  # of work that counts only what found something to do
                self.strike()
            return result

        return wrapped

    def once_done(self, place: str, work: AnyFunction) -> AnyFunction:
        """Die when work that is awaited has brought something."""

        @wraps(work)
        async def wrapped(*args: Any, **named: Any) -> Any:
            meant, result = self.meant(place), await work(*args, **named)
            if meant and result:
                self.strike()
            return result

        return wrapped


def mortal(doom: Doom) -> list[Any]:
    """Return the places: in the order in which one message passes them."""
    return [
        *(
            patch.object(intake, begins, doom.before("fetched", getattr(intake, begins)))
            for intake, begins in INTAKES
        ),
        *(
            patch.object(channel, "send", doom.once_done("answered", channel.send))
            for channel in (Telegram, ZaloBot, ZaloOA)
        ),
        patch.object(outbox, "post", doom.after("written", outbox.post)),
        patch.object(letters, "post", doom.after("written", letters.post)),
        patch.object(Receiver, "accept", doom.once_done("committed", Receiver.accept)),
        patch.object(Lane, "_claim", doom.once_done("claimed", Lane._claim)),
        patch("bot.lanes.record", doom.after("recording", record)),
        patch.object(Lane, "_record", doom.once_done("recorded", Lane._record)),
    ]


def serve(order: dict[str, Any], packs: object) -> None:
    """Run the command line as an operator would."""
    os.environ.update(order["environment"])
    if folder := os.environ["PLANS_DIR"]:
        packs = load_all([Path(folder)])
    moment = datetime.fromisoformat(order["moment"])
    with ExitStack() as changed:
        for change in (
            patch("bot.operations.SystemClock", lambda: MovableClock(moment)),
            patch("bot.operations.read_packs", lambda _folders: packs),
            patch("bot.web.CHANNELS", {**CHANNELS, **HASTY}),
            patch("bot.timer.JOBS", tuple(replace(job, every=OFTEN) for job in JOBS)),
            *mortal(Doom(Path(order["doom"]))),
        ):
            changed.enter_context(change)
        app(["serve"])


def main() -> None:
    packs = load_all([OWN_PACKS])
    days = load_working_days()
    for pack in packs.values():
        whole_calendar(pack, days)
    for language in locales.LANGUAGES:
        locales.catalog(language)
    Canvas(1).width_of("", 1)  # imports what draws pictures
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are nobody's to wait for
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)  # standard output is for the numbers of processes
            serve(json.loads(line), packs)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
