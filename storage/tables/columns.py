"""What columns hold: moments are UTC, figures exact, JSON readable."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    MetaData,
    Table,
    Text,
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
