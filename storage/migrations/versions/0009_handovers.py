"""Add codes that hand a post over: which role each ends once somebody joins by it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "handovers",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hash"], ["join_codes.hash"], name=op.f("fk_handovers_hash")),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_handovers_role_id")),
        sa.ForeignKeyConstraint(["begun_by"], ["people.id"], name=op.f("fk_handovers_begun_by")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_role_id"), "handovers", ["role_id"])
