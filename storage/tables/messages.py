"""Messages seen, messages owed, and what it takes to send them."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from storage.tables.columns import Json, Moment, metadata

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
    Column("person_id", Integer),
    Column("urgency", Integer, nullable=False),
    Column("manner", String(12), nullable=False),
    Column("lettered", Integer, nullable=False),
    Column("brief", Json),
    Column("task", Json),
    Column("state", String(12), nullable=False),
    Column("posted_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_at", Moment),
    Column("sent_at", Moment),
    Column("platform_id", String(128)),
    Column("failure", Text),
    # Which goes first in a chat, and which on a channel.
    Index("ix_outbox_waiting", "state", "channel", "chat", "urgency", "number"),
    Index("ix_outbox_turn", "state", "channel", "urgency", "number", "due_at"),
    Index("ix_outbox_chat", "channel", "chat", "number"),
    sqlite_autoincrement=True,
)

# Every message that a platform counts, noted before it is sent: `number` is the outbox's.
postage = Table(
    "postage",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("number", Integer, nullable=False),
    Column("cost", String(16), nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_postage_month", "channel", "at"),
    Index("ix_postage_chat", "channel", "chat", "at"),
)

# What no channel of a person could carry, until their coordinators were told.
held_back = Table(
    "held_back",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("channel", String(16), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("told_at", Moment),
)

# What people were warned of on a channel, once for each `since`: a month, a day.
warnings = Table(
    "warnings",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("kind", String(24), primary_key=True),
    Column("since", String(10), primary_key=True),
    Column("at", Moment, nullable=False),
)

# The pair of tokens of a channel whose refresh token is good for one use, and who renews it now.
credentials = Table(
    "credentials",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("access_token", Text, nullable=False),
    Column("refresh_token", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("renewed_at", Moment, nullable=False),
    Column("renewer", String(64)),
    Column("renewing_until", Moment),
)
