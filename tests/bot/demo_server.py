"""Runs the real command line in forks of a process that has imported it: a line starts one.

Twenty restarts of `python -m bot demo` would spend most of their time on the same imports.
"""

import os
import signal
import sys

from bot.commands import app


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are nobody's to wait for
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(2, 1)  # standard output is for the numbers of processes
            app(line.split())
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


main()
