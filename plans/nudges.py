"""What may become of a nudge at a unit."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a unit's letters; where there are several, the first of these counts."""

    SENT = "sent"
    WAITING = "waiting"
    UNKNOWN = "unknown"
    FAILED = "failed"
    UNNEEDED = "unneeded"
