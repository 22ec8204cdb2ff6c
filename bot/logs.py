"""Logs: one event a line, with ids, never with answers or names."""

import logging
import sys
import traceback
from types import TracebackType

import structlog
from structlog.typing import EventDict, WrappedLogger


def configure_logs(level: str) -> None:
    """Log at a level, as JSON lines on standard error; tracebacks without the values in them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            tell_fault,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def tell_fault(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put where a fault arose and of which type it is in place of the fault itself.

    Its words are left out: `int("0912 345 678")` quotes what the person wrote.
    """
    if not event.pop("exc_info", None):
        return event
    fault = sys.exception()
    faults = []
    while fault:
        faults.append(f"{_way(fault.__traceback__)} {type(fault).__name__}".strip())
        fault = fault.__cause__ or fault.__context__
    return {**event, "faults": faults}


def _way(trace: TracebackType | None) -> str:
    return " > ".join(
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)
    )
