"""Runs the real command line in forks of a process that has imported it: a line starts one.

Twenty restarts of `python -m bot demo` would spend most of their time on the same imports.
"""

import os
import signal
import sys
from pathlib import Path

import locales
from bot.commands import app
from plans.calendar import whole_calendar
from plans.load import load_all
from plans.working_days import load_working_days

PACKS = Path(__file__).parents[2] / "plans" / "packs"


def warm_up() -> None:
    """Work out once what every fork would: public holidays and the catalogs."""
    days = load_working_days()
    for pack in load_all([PACKS]).values():
        whole_calendar(pack, days)
    for language in locales.LANGUAGES:
        locales.catalog(language)


def main() -> None:
    warm_up()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are nobody's to wait for
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)  # standard output is for the numbers of processes
            app(line.split())
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


main()
