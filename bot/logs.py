"""Logs: one event a line, with ids, never with answers or names."""

import logging
import sys

import structlog


def configure_logs(level: str) -> None:
    """Log at a level, as JSON lines on standard error; tracebacks without the values in them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
