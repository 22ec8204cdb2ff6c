"""Add what sending costs, tokens that rotate, and several channels of one person."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("addresses", sa.Column("heard_at", sa.DateTime(), nullable=True))
    op.add_column("addresses", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("lettered", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("brief", sa.Text(), nullable=True))
    _sending()
    op.create_table(
        "credentials",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("access_token", sa.Text(), nullable=False),
        sa.Column("refresh_token", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("renewed_at", sa.DateTime(), nullable=False),
        sa.Column("renewer", sa.String(length=64), nullable=True),
        sa.Column("renewing_until", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_credentials")),
    )


def _sending() -> None:
    op.create_table(
        "postage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("chat", sa.String(length=128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cost", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postage")),
    )
    op.create_index("ix_postage_month", "postage", ["channel", "at"])
    op.create_index("ix_postage_chat", "postage", ["channel", "chat", "at"])
    op.create_table(
        "held_back",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_held_back")),
    )
    op.create_table(
        "warnings",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "kind", "since", name=op.f("pk_warnings")),
    )
