"""What starting the bot must not cost: libraries that few commands need."""

import subprocess
import sys

HEAVY = ("aiogram", "matplotlib", "numpy", "PIL")


def test_the_command_line_starts_without_libraries_that_few_commands_need() -> None:
    look = f"import sys, bot.commands; print([m for m in {HEAVY} if m in sys.modules])"

    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
