"""What a platform counts: every message, noted before it goes, with what it costs.

A message whose outcome is unknown stays counted; one that certainly did not go is taken back.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select

from plans.messages import Address
from storage import tables
from storage.tables import postage, warnings


class Cost(StrEnum):
    """What a message takes: nothing, a part of a monthly quota, or money."""

    FREE = "free"
    QUOTA = "quota"
    PAID = "paid"
    TEMPLATE_USER = "template_user"
    TEMPLATE_PHONE = "template_phone"
    GROUP = "group"


def spend(connection: Connection, number: int, address: Address, cost: Cost, now: datetime) -> int:
    """Note that a message of the outbox is about to go; return the note's own number."""
    new = insert(postage).values(
        channel=address.channel, chat=address.chat, number=number, cost=cost, at=now
    )
    return int(connection.execute(new.returning(postage.c.id)).scalar_one())


def take_back(connection: Connection, note: int) -> None:
    """Forget a message that certainly did not go."""
    connection.execute(delete(postage).where(postage.c.id == note))


def spent(
    connection: Connection,
    channel: str,
    since: datetime,
    costs: Collection[Cost] = tuple(Cost),
    chat: str = "",
) -> int:
    """Count what went on a channel since a moment, to one chat or to all."""
    query = (
        select(func.count())
        .select_from(postage)
        .where(postage.c.channel == channel, postage.c.at >= since, postage.c.cost.in_(costs))
    )
    if chat:
        query = query.where(postage.c.chat == chat)
    return int(connection.execute(query).scalar_one())


def by_cost(connection: Connection, channel: str, since: datetime) -> dict[Cost, int]:
    """Count what went on a channel since a moment, by what it took."""
    query = (
        select(postage.c.cost, func.count())
        .where(postage.c.channel == channel, postage.c.at >= since)
        .group_by(postage.c.cost)
        .order_by(postage.c.cost)
    )
    return {Cost(cost): count for cost, count in connection.execute(query)}


def warned(connection: Connection, channel: str, kind: str, since: str) -> bool:
    """Say whether people were warned of something in a month or on a day."""
    row = select(warnings.c.at).where(
        warnings.c.channel == channel, warnings.c.kind == kind, warnings.c.since == since
    )
    return connection.execute(row).first() is not None


def warn(connection: Connection, channel: str, kind: str, since: str, now: datetime) -> None:
    """Record that people were warned of something in a month or on a day."""
    key = {"channel": channel, "kind": kind, "since": since}
    tables.put(connection, warnings, key, {"at": now})
