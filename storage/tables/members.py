"""Who is here, where they are reached, what they are, and how they came in."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from storage.tables.columns import Json, Moment, metadata

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("language", String(2), nullable=False),
    Column("joined_at", Moment, nullable=False),
)

addresses = Table(
    "addresses",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("chat", String(128), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("since", Moment, nullable=False),
    Column("unreachable_since", Moment),
    # When somebody last wrote from here, and what they prefer: the lowest first, of equals the
    # newest.
    Column("heard_at", Moment),
    Column("rank", Integer, nullable=False),
)

roles = Table(
    "roles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("plan", String(64), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("granted_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("ix_roles_unit", "plan", "unit"),
)

talks = Table(
    "talks",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),
    Column("state", Json, nullable=False),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("chat", String(128), primary_key=True),
    Column("greeted_at", Moment),
    Column("pending_code", String(64)),
    Column("tries", Integer, nullable=False),
    Column("tries_since", Moment, nullable=False),
)

groups = Table(
    "groups",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("chat", String(128), primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("language", String(2), nullable=False),
    Column("linked_by", ForeignKey("people.id"), nullable=False),
    Column("linked_at", Moment, nullable=False),
    Column("ended_at", Moment),
)

join_codes = Table(
    "join_codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("unit", String(16), nullable=False),
    Column("issued_by", ForeignKey("people.id")),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("used_by", ForeignKey("people.id")),
)

# A code that ends the role it replaces, once somebody joins by it; how it stands is the code's.
handovers = Table(
    "handovers",
    metadata,
    Column("hash", ForeignKey("join_codes.hash"), primary_key=True),
    Column("role_id", ForeignKey("roles.id"), nullable=False, index=True),
    Column("begun_by", ForeignKey("people.id"), nullable=False),
)
