"""Messages seen, and messages owed."""

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
