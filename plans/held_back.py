"""Why a channel may not carry a message now, as coordinators are told."""

from enum import StrEnum
from typing import Final

# The kind of brief of what tells of channels themselves: it is never told of when held back.
NOTICE: Final = "notice"


class Why(StrEnum):
    """The reasons that coordinators can do something about, and all others."""

    QUOTA = "quota"
    WINDOW = "window"
    OTHER = "other"


# How the reasons begin that channels give in words of their own.
_BEGINNINGS = {"monthly quota": Why.QUOTA, "window": Why.WINDOW}


def why_of(reason: str) -> Why:
    """Return which of the known reasons a channel gave."""
    return next((why for start, why in _BEGINNINGS.items() if reason.startswith(start)), Why.OTHER)
