"""Who sent over many periods: when first, and in which version now."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import reports


def sent_over(
    connection: Connection, plan: str, periods: Collection[str]
) -> dict[tuple[str, str], tuple[datetime, int]]:
    """Return when each unit first sent and its version in force, by period and unit."""
    query = select(
        reports.c.period, reports.c.unit, reports.c.first_sent_at, reports.c.version
    ).where(reports.c.plan == plan, reports.c.period.in_(periods), reports.c.latest == 1)
    return {
        (period, unit): (first, version)
        for period, unit, first, version in connection.execute(query)
    }
