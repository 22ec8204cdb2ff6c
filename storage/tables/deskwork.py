"""What coordinators do with reports: accept them, move them, close a period."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables.columns import Json, Moment, metadata

# One version was found good; a newer version has to be looked at anew.
acceptances = Table(
    "acceptances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id"), nullable=False, index=True),
    Column("accepted_by", ForeignKey("people.id"), nullable=False),
    Column("accepted_at", Moment, nullable=False),
    Column("taken_back_at", Moment),
)

# A report that was sent under one unit and stands for another: where it came from stays.
moves = Table(
    "moves",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("source", String(16), nullable=False),
    Column("target", String(16), nullable=False),
    Column("taken_report", ForeignKey("reports.id"), nullable=False),
    Column("former_report", ForeignKey("reports.id")),
    Column("made_report", ForeignKey("reports.id")),
    Column("released", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("moved_by", ForeignKey("people.id"), nullable=False),
    Column("moved_at", Moment, nullable=False),
    Column("undone_at", Moment),
    Index("ix_moves_period", "plan", "period"),
)

# A period that a coordinator closed below a unit, "" for all, with what was missing then.
closures = Table(
    "closures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("missing", Json, nullable=False),
    Column("closed_by", ForeignKey("people.id"), nullable=False),
    Column("closed_at", Moment, nullable=False),
    Column("reopened_by", ForeignKey("people.id")),
    Column("reopened_at", Moment),
    Index("ix_closures_period", "plan", "period"),
)
