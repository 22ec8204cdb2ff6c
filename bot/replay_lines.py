"""What a conversation file is played over: people speak on a line, and hear what comes on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from plans.messages import Address, MessageKind

_ATTACHMENTS = {f"!{kind}": kind for kind in MessageKind if kind not in ("text", "tap")}
_LABELS: Final = re.compile(r"\[([^\]]*)\]")
# What arrives on a channel as something else.
TOLD_AS: Final[Mapping[str, Mapping[MessageKind, MessageKind]]] = {
    "zalo_bot": {MessageKind.FILE: MessageKind.OTHER},
}


class NoButton(Exception):
    """Say that nobody was offered the button that a file taps."""


class NotHere(Exception):
    """Say that something cannot be done on a channel: to edit, or to tap where no button is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One reply as somebody got it; `answers` says whether to the last thing that was said.

    Where each message costs something it may say `more` than a file expects.
    """

    name: str
    text: str
    labels: tuple[str, ...] = ()
    file: str = ""
    answers: bool = False
    more: bool = False

    @property
    def lines(self) -> list[str]:
        """Return the reply as conversation files write it: its lines, its choices, its file."""
        lines = self.text.split("\n")
        if self.labels:
            lines.append(" ".join(f"[{label}]" for label in self.labels))
        if self.file:
            lines.append(f"({self.file})")
        return lines

    def matches(self, expected: list[str]) -> bool:
        """Say whether it is what a file expects."""
        lines = [line.rstrip() for line in self.lines]
        exact = [line for line in expected if line and not line.startswith("~")]
        if not all(self._holds(line[1:].strip()) for line in expected if line.startswith("~")):
            return False
        if not exact or self.more:
            return all(self._holds(line) for line in exact)
        return exact in (
            [line for line in lines if line],
            [line.rstrip() for line in self.text.split("\n") if line.strip()],
        )

    def _holds(self, part: str) -> bool:
        """Say whether some words are in it; where it says more, other choices may stand between."""
        if part in "\n".join(line.rstrip() for line in self.lines):
            return True
        labels = _LABELS.findall(part)
        only_labels = bool(labels) and not _LABELS.sub("", part).strip()
        return self.more and only_labels and set(labels) <= set(self.labels)


class Line(Protocol):
    """Where people talk with the bot. What was said is committed when `say` returns."""

    def address(self, name: str) -> Address:
        """Return where somebody who joined before is reached."""

    async def say(self, name: str, text: str) -> None:
        """Let somebody write, tap a `[Label]` or send an `!attachment`.

        May raise `NoButton` or `NotHere`.
        """

    async def repeat(self) -> bool:
        """Deliver once more what was said last; return whether it was taken again."""

    def collect(self) -> list[Heard]:
        """Return what came since the last look, in the order in which the bot wrote it."""


def attached(text: str) -> MessageKind | None:
    """Return what is sent in place of a text: `!photo` is a photo."""
    return _ATTACHMENTS.get(text.split(" ")[0])


def tapped(text: str) -> str | None:
    """Return the label in `[Label]`."""
    return text[1:-1] if text.startswith("[") and text.endswith("]") else None
