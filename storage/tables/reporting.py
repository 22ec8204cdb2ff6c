"""Drafts, reports with every version, what was returned or unlocked, and the trail."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.columns import Figure, Json, Moment, metadata

drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("asked", Json),
    Column("opened_at", Moment, nullable=False),
    Column("opened_by", ForeignKey("people.id")),
    UniqueConstraint("plan", "period", "unit"),
)

draft_answers = Table(
    "draft_answers",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("code", String(8), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("value", Figure),
    Column("doubt", Json),
    Column("kept", Json),
    Column("person_id", ForeignKey("people.id")),
    Column("at", Moment, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("latest", Integer, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("first_sent_at", Moment, nullable=False),
    Column("person_id", ForeignKey("people.id")),
    Column("receipt", String(40), nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    Column("kept", Json, nullable=False),
    # The kind of role that entered it for the unit, "" where the unit did so itself.
    Column("on_behalf", String(24), nullable=False),
    # The same for two reports with the same figures, "" where there are too few to tell.
    Column("alike", String(16), nullable=False),
    Column("disputed_at", Moment),
    UniqueConstraint("plan", "period", "unit", "version"),
    Index("ix_reports_latest", "plan", "period", "latest"),
)

report_answers = Table(
    "report_answers",
    metadata,
    Column("report_id", ForeignKey("reports.id"), primary_key=True),
    Column("code", String(8), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("value", Figure),
)

returns = Table(
    "returns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("codes", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("returned_by", ForeignKey("people.id"), nullable=False),
    Column("returned_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Index("ix_returns_unit", "plan", "period", "unit"),
)

unlocks = Table(
    "unlocks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("until", Moment, nullable=False),
    Column("unlocked_by", ForeignKey("people.id"), nullable=False),
    Column("unlocked_at", Moment, nullable=False),
    Index("ix_unlocks_unit", "plan", "period", "unit"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("person_id", Integer),
    Column("action", String(40), nullable=False),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("before", Json),
    Column("after", Json),
    Index("ix_audit_unit", "plan", "unit", "at"),
)

# Figures in force, added up as reports come: by area, type of unit and indicator. `small` are the
# counts from 1 to 4, which not everybody may see.
rollups = Table(
    "rollups",
    metadata,
    Column("plan", String(64), primary_key=True),
    Column("period", String(24), primary_key=True),
    Column("area", String(16), primary_key=True),
    Column("unit_type", String(64), primary_key=True),
    Column("code", String(8), primary_key=True),
    Column("given", Integer, nullable=False),
    Column("total", Figure, nullable=False),
    Column("zeros", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("small", Integer, nullable=False),
    Column("small_total", Figure, nullable=False),
)

# By which tree of units a plan's rollups were made: another tree makes them anew.
rollup_trees = Table(
    "rollup_trees",
    metadata,
    Column("plan", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
)
