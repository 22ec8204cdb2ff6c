"""Everything that can go wrong on purpose, one tree.

BaocaoError
├── Refused(key, **args)      an answer or request that the person can mend; shown to them
│   └── Forbidden             the person may not do this
├── Forged                    a channel could not verify where a message came from
├── SendError                 a platform did not take a message: retry, when? gone? elsewhere?
├── SettingsError             the environment is wrong; every problem at once
└── PlanError                 a pack is wrong; every mistake with file, line and advice
"""

from dataclasses import dataclass


class BaocaoError(Exception):
    """Anything this product raises on purpose."""


class Refused(BaocaoError):
    """Carry a locale key, never a sentence, to the person who asked."""

    def __init__(self, key: str, **args: object) -> None:
        super().__init__(key)
        self.key = key
        self.args_for_text = args


class Forbidden(Refused):
    """Say that the person may not do this."""


class Forged(BaocaoError):
    """Say that a channel could not verify a message."""


class SendError(BaocaoError):
    """Say how a delivery failed: worth a retry, address gone, or outcome unknown.

    `after` is how many seconds the platform asks us to wait, `everywhere` that the whole channel
    must wait and not this chat alone; either means that a retry is worth it. `elsewhere`: this
    channel may not carry it now, by its rules or its quota; another of the person's may.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry: bool = False,
        gone: bool = False,
        unknown: bool = False,
        after: float | None = None,
        everywhere: bool = False,
        elsewhere: bool = False,
    ) -> None:
        super().__init__(reason)
        self.retry = retry or everywhere or after is not None
        self.gone = gone
        self.unknown = unknown
        self.after = after
        self.everywhere = everywhere
        self.elsewhere = elsewhere


class SettingsError(BaocaoError):
    """List every problem in the environment at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake in a pack: where it is and what to write instead."""

    file: str
    line: int
    key: str
    advice: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.advice}"


class PlanError(BaocaoError):
    """List every mistake of a pack at once."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes
