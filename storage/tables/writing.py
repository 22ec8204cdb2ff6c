"""What coordinators announce and to whom, and what units find hard."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.columns import Json, Moment, metadata

announcements = Table(
    "announcements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("missed", Json, nullable=False),
    Column("written_by", ForeignKey("people.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("corrects", Integer, nullable=False),
    Column("withdrawn_at", Moment),
    Column("reported_at", Moment),
    Index("ix_announcements_plan", "plan", "id"),
)

# Who is written to, for which units, by which message of the outbox.
announcement_readers = Table(
    "announcement_readers",
    metadata,
    Column("announcement", ForeignKey("announcements.id"), primary_key=True),
    Column("person_id", ForeignKey("people.id"), primary_key=True, index=True),
    Column("units", Json, nullable=False),
    Column("outbox", Integer, nullable=False, index=True),
    Column("read_at", Moment),
)

difficulties = Table(
    "difficulties",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", ForeignKey("people.id")),
    Index("ix_difficulties_unit", "plan", "unit"),
)

difficulty_sayings = Table(
    "difficulty_sayings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("difficulty", ForeignKey("difficulties.id"), nullable=False, index=True),
    Column("by_unit", Integer, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# Up to which saying a coordinator was told of a plan's difficulties, and when.
difficulty_notices = Table(
    "difficulty_notices",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("plan", String(64), primary_key=True),
    Column("up_to", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)
