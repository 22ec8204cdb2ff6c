"""Add to documents which of them are whole copies for internal use."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    column = sa.Column("internal", sa.Integer(), nullable=False, server_default="0")
    op.add_column("documents", column)
