"""Tokens that rotate: the pair in use, and who renews it, so that several processes never do twice.

A refresh token is good for one use: the new pair is kept before anybody uses it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from storage import tables
from storage.tables import credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An access token with the moment of its end, and the refresh token for the next pair."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    renewed_at: datetime


def pair_of(connection: Connection, channel: str) -> Pair | None:
    """Return the pair of a channel, if it was ever given one."""
    row = connection.execute(select(credentials).where(credentials.c.channel == channel)).first()
    if row is None:
        return None
    return Pair(
        access_token=row.access_token,
        refresh_token=row.refresh_token,
        expires_at=row.expires_at,
        renewed_at=row.renewed_at,
    )


def keep(connection: Connection, channel: str, pair: Pair) -> None:
    """Keep a new pair; whoever was renewing has done so."""
    values = {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "expires_at": pair.expires_at,
        "renewed_at": pair.renewed_at,
        "renewer": None,
        "renewing_until": None,
    }
    tables.put(connection, credentials, {"channel": channel}, values)


def begin_renewal(
    connection: Connection,
    channel: str,
    refresh_token: str,
    renewer: str,
    now: datetime,
    lease: timedelta,
) -> bool:
    """Become the one who renews a pair; False if another does, or if it is another pair by now."""
    mine = connection.execute(
        update(credentials)
        .where(
            credentials.c.channel == channel,
            credentials.c.refresh_token == refresh_token,
            or_(credentials.c.renewer.is_(None), credentials.c.renewing_until <= now),
        )
        .values(renewer=renewer, renewing_until=now + lease)
        .returning(credentials.c.channel)
    )
    return mine.first() is not None


def end_renewal(connection: Connection, channel: str, renewer: str) -> None:
    """Let others try: a renewal came to nothing."""
    connection.execute(
        update(credentials)
        .where(credentials.c.channel == channel, credentials.c.renewer == renewer)
        .values(renewer=None, renewing_until=None)
    )
