"""The terminal: a person at the keyboard, choices typed by label or number."""

import sys
from typing import TextIO

from bot.channels import Limits
from plans.messages import Delivery, Reply


class Terminal:
    """A channel that prints what it is given."""

    name = "terminal"
    limits = Limits(text_length=16_000, buttons=0, files_out=False)

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out = out
        self.sent: list[Delivery] = []

    async def send(self, delivery: Delivery) -> str:
        """Print a delivery."""
        self.sent.append(delivery)
        self._out.write(f"{rendered(delivery.reply)}\n\n")
        self._out.flush()
        return str(delivery.number)


def rendered(reply: Reply) -> str:
    """Write a reply for a screen without buttons."""
    lines = reply.text.split("\n")
    if reply.choices:
        lines.append(" ".join(f"[{choice.label}]" for choice in reply.choices))
    if reply.file:
        lines.append(f"({reply.file.name}, {len(reply.file.content)} byte)")
    return "\n".join(lines)
