"""Add groups that digests are posted to, and how a reply stands to what it answers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "outbox",
        sa.Column("manner", sa.String(length=12), nullable=False, server_default="new"),
    )
    op.create_table(
        "groups",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("chat", sa.String(length=128), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("linked_by", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["linked_by"], ["people.id"], name=op.f("fk_groups_linked_by")),
        sa.PrimaryKeyConstraint("channel", "chat", name=op.f("pk_groups")),
    )
