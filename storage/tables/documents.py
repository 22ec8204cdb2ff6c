"""Documents that were made: of what, as of when, for whom; never the files themselves."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from storage.tables.columns import Moment, metadata

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan", String(64), nullable=False),
    Column("period", String(24), nullable=False),
    Column("root", String(16), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("moment", Moment, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    # Whether small counts of people stand in it, so that it is not to be passed on.
    Column("internal", Integer, nullable=False, server_default="0"),
    # When the person was told that figures in it changed after their moment.
    Column("warned_at", Moment),
    Index("ix_documents_period", "plan", "period"),
)
