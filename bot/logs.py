"""Logs: one event a line, with ids, never with answers or names."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# A bot's token, Telegram's or Zalo's, which stands in the address of every call; an address may
# carry the colon encoded. Zalo says of its secrets neither how long they are nor of what letters.
_TOKEN = re.compile(
    r"(?:(?<=/bot)\d{5,}(?::|%3A)[^\s/?#\"']{8,}"
    r"|\d{5,}(?::|%3A)[\w-]{25,}"
    r"|\d{15,}(?::|%3A)[^\s?#\"',;]{8,})",
    re.I | re.A,
)
HIDDEN = "[token]"


def configure_logs(level: str) -> None:
    """Log at a level, as JSON lines on standard error; tracebacks without the values in them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            tell_fault,
            hide_tokens,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # What libraries log goes the same way; handlers that somebody else has set up stay.
    if isinstance(logging.lastResort, logging.Handler):
        logging.lastResort.setFormatter(_Libraries())


def redacted(text: str) -> str:
    """Return a text without the tokens in it."""
    return _TOKEN.sub(HIDDEN, text)


def hide_tokens(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take tokens out of an event, however deep they stand."""
    return {name: _without_tokens(value) for name, value in event.items()}


def _without_tokens(value: Any) -> Any:
    match value:
        case str():
            return redacted(value)
        case dict():
            return {name: _without_tokens(inside) for name, inside in value.items()}
        case list() | tuple() | set():
            return [_without_tokens(inside) for inside in value]
        case None | bool() | int() | float():
            return value
    return redacted(str(value))


class _Libraries(logging.Formatter):
    """Lines of the libraries: JSON too, without tokens, faults by place and type alone."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON line."""
        fault = record.exc_info[1] if record.exc_info else None
        line = {
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": f"{datetime.fromtimestamp(record.created, UTC).isoformat()}",
            "event": redacted(record.getMessage()),
        }
        faults = {"faults": _chain(fault)} if fault else {}
        return json.dumps({**line, **faults}, ensure_ascii=False)


def tell_fault(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put where a fault arose and of which type it is in place of the fault itself.

    Its words are left out: `int("0912 345 678")` quotes what the person wrote.
    """
    if not event.pop("exc_info", None):
        return event
    return {**event, "faults": _chain(sys.exception())}


def _chain(fault: BaseException | None) -> list[str]:
    faults = []
    while fault:
        faults.append(f"{_way(fault.__traceback__)} {type(fault).__name__}".strip())
        fault = fault.__cause__ or fault.__context__
    return faults


def _way(trace: TracebackType | None) -> str:
    return " > ".join(
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)
    )
