"""Add reminders, deadlines set by coordinators and requests; give messages urgency and state."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# A message of the first release was waiting, sent or given up; all were answers to somebody.
_ANSWER = 1
# SQLite builds the table anew: its numbers must still never come twice.
_NUMBERED = {"sqlite_autoincrement": True}
_LAST = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")


def upgrade() -> None:
    op.add_column("addresses", sa.Column("unreachable_since", sa.DateTime(), nullable=True))
    _outbox()
    _decisions()
    _reminders()
    _answers()


def _outbox() -> None:
    last = _last_number()
    with op.batch_alter_table("outbox", table_kwargs=_NUMBERED) as outbox:
        outbox.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        outbox.add_column(sa.Column("urgency", sa.Integer(), nullable=True))
        outbox.add_column(sa.Column("state", sa.String(length=12), nullable=True))
        outbox.add_column(sa.Column("claimed_at", sa.DateTime(), nullable=True))
        outbox.drop_index("ix_outbox_due")
    messages = sa.table(
        "outbox",
        sa.column("urgency", sa.Integer),
        sa.column("state", sa.String),
        sa.column("sent_at", sa.DateTime),
        sa.column("failure", sa.Text),
    )
    state = sa.case(
        (messages.c.sent_at.is_not(None), "sent"),
        (messages.c.failure.is_not(None), "failed"),
        else_="waiting",
    )
    op.execute(messages.update().values(urgency=_ANSWER, state=state))
    with op.batch_alter_table("outbox", table_kwargs=_NUMBERED) as outbox:
        outbox.alter_column("urgency", existing_type=sa.Integer(), nullable=False)
        outbox.alter_column("state", existing_type=sa.String(length=12), nullable=False)
        waiting = ["state", "channel", "chat", "urgency", "number"]
        outbox.create_index("ix_outbox_waiting", waiting, unique=False)
        turn = ["state", "channel", "urgency", "number", "due_at"]
        outbox.create_index("ix_outbox_turn", turn, unique=False)
    if last is not None:
        _go_on_after(last)


def _last_number() -> int | None:
    """Return the last number that SQLite gave; a table built anew forgets what was deleted."""
    if op.get_bind().dialect.name != "sqlite":
        return None
    last = op.get_bind().execute(_LAST).scalar()
    return None if last is None else int(last)


def _go_on_after(last: int) -> None:
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
    op.execute(
        sa.text("INSERT INTO sqlite_sequence VALUES ('outbox', :last)").bindparams(last=last)
    )


def _key() -> list[sa.Column[str]]:
    return [
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=24), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
    ]


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["people.id"], name=op.f(f"fk_{table}_{column}"))


def _decisions() -> None:
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Integer(), nullable=False),
        *_key(),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        _person("deadlines", "set_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    op.create_index("ix_deadlines_period", "deadlines", ["plan", "period", "unit"])
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        _person("requests", "opened_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("plan", "number", name=op.f("uq_requests_plan")),
    )


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        *_key(),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.Column("outbox", sa.Integer(), nullable=True),
        _person("reminders", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint(
            "plan", "period", "unit", "stage", "person_id", name=op.f("uq_reminders_plan")
        ),
    )
    op.create_index("ix_reminders_person_id", "reminders", ["person_id"])
    op.create_index("ix_reminders_outbox", "reminders", ["outbox"])


def _answers() -> None:
    op.create_table(
        "snoozes",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        _person("snoozes", "person_id"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_snoozes")),
    )
    op.create_index("ix_snoozes_until", "snoozes", ["until"])
    op.create_table(
        "delays",
        sa.Column("id", sa.Integer(), nullable=False),
        *_key(),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        _person("delays", "person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delays")),
    )
    op.create_index("ix_delays_unit", "delays", ["plan", "period", "unit"])
    op.create_table(
        "nudges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=24), nullable=False),
        sa.Column("nudged_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        _person("nudges", "nudged_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nudges")),
    )
