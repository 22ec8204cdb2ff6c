"""What coordinators decide about deadlines, who was reminded of them, and who answered why."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.columns import Json, Moment, metadata

# A deadline that a coordinator set: for one unit an extension, for "" the period's own date.
deadlines = Table(
    "deadlines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("until", Date, nullable=False),
    Column("set_by", ForeignKey("people.id"), nullable=False),
    Column("set_at", Moment, nullable=False),
    Index("ix_deadlines_period", "plan", "period", "unit"),
)

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("questions", Json, nullable=False),
    Column("units", Json, nullable=False),
    Column("until", Date, nullable=False),
    Column("opened_by", ForeignKey("people.id"), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    UniqueConstraint("plan", "number"),
)

# One occurrence, once: whoever plans it a second time meets the unique key.
reminders = Table(
    "reminders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("stage", String(32), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("audience", String(16), nullable=False),
    Column("state", String(12), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("planned_at", Moment, nullable=False),
    Column("outbox", Integer, index=True),
    UniqueConstraint("plan", "period", "unit", "stage", "person_id"),
)

snoozes = Table(
    "snoozes",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("until", Moment, nullable=False, index=True),
    Column("set_at", Moment, nullable=False),
)

delays = Table(
    "delays",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_delays_unit", "plan", "period", "unit"),
)

nudges = Table(
    "nudges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("nudged_by", ForeignKey("people.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("reported_at", Moment),
)
