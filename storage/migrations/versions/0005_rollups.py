"""Add the figures in force, added up by area, type of unit and indicator."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "rollups",
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=24), nullable=False),
        sa.Column("area", sa.String(length=16), nullable=False),
        sa.Column("unit_type", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("zeros", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("small", sa.Integer(), nullable=False),
        sa.Column("small_total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "plan", "period", "area", "unit_type", "code", name=op.f("pk_rollups")
        ),
    )
    op.create_table(
        "rollup_trees",
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("plan", name=op.f("pk_rollup_trees")),
    )
