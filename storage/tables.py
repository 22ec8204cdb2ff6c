"""Every table; moments are UTC, figures exact."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    insert,
    update,
)
from sqlalchemy.types import TypeDecorator

_FINEST = 1_000_000  # money is told in millions of đồng: this keeps every đồng exact


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Drop the zone after turning to UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Figure(TypeDecorator[Decimal]):
    """An exact number with up to six decimals, kept as a whole number so that SQL adds exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        """Scale to the finest step; a finer number is a mistake of the caller."""
        if value is None:
            return None
        scaled = Decimal(value) * _FINEST
        if scaled != int(scaled):
            raise ValueError("a figure has at most six decimals")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Scale back."""
        if value is None:
            return None
        number = Decimal(value) / _FINEST
        return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


class Json(TypeDecorator[Any]):
    """A small JSON value, readable in the database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Write JSON with its accents."""
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read JSON."""
        return None if value is None else json.loads(value)


def put(
    connection: Connection, table: Table, key: Mapping[str, object], values: Mapping[str, object]
) -> None:
    """Write a row's values over what stands under its key, or add the row."""
    row = and_(*(table.c[name] == value for name, value in key.items()))
    changed = connection.execute(update(table).where(row).values(values))
    if not changed.rowcount:
        connection.execute(insert(table).values(**key, **values))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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

inbox = Table(
    "inbox",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("chat", String(128), primary_key=True),
    Column("message_id", String(128), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("failed", Integer, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(16), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("choices", Json, nullable=False),
    Column("file_name", String(200)),
    Column("file_type", String(100)),
    Column("file_content", LargeBinary),
    Column("answers", String(128)),
    Column("posted_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Moment),
    Column("platform_id", String(128)),
    Column("failure", Text),
    Index("ix_outbox_due", "sent_at", "failure", "number"),
    Index("ix_outbox_chat", "channel", "chat", "number"),
    sqlite_autoincrement=True,
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
