"""Answers in progress, one draft a unit and period, shared by everybody of the unit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from plans.dialogue import Answer, AnswerState, Doubt
from storage import tables
from storage.tables import draft_answers, drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a draft, a report, a return or an unlock belongs to."""

    plan: str
    period: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDraft:
    """A draft's row and its answers."""

    id: int
    base_version: int
    asked: frozenset[str] | None
    answers: dict[str, Answer]


def find(connection: Connection, key: Key) -> StoredDraft | None:
    """Return the draft of a unit and period."""
    row = connection.execute(
        select(drafts).where(
            drafts.c.plan == key.plan, drafts.c.period == key.period, drafts.c.unit == key.unit
        )
    ).first()
    if row is None:
        return None
    rows = connection.execute(select(draft_answers).where(draft_answers.c.draft_id == row.id))
    answers = {
        r.code: Answer(
            state=AnswerState(r.state),
            value=r.value,
            doubt=_doubt(r.doubt),
            kept=_doubt(r.kept),
            person_id=r.person_id,
            at=r.at,
        )
        for r in rows
    }
    asked = None if row.asked is None else frozenset(row.asked)
    return StoredDraft(id=row.id, base_version=row.base_version, asked=asked, answers=answers)


def open_draft(
    connection: Connection,
    key: Key,
    opened_by: int | None,
    now: datetime,
    *,
    base_version: int = 0,
    asked: frozenset[str] | None = None,
) -> int:
    """Add an empty draft and return its number."""
    new = insert(drafts).values(
        plan=key.plan,
        period=key.period,
        unit=key.unit,
        base_version=base_version,
        asked=None if asked is None else sorted(asked),
        opened_at=now,
        opened_by=opened_by,
    )
    return int(connection.execute(new.returning(drafts.c.id)).scalar_one())


def put(connection: Connection, draft_id: int, code: str, answer: Answer) -> None:
    """Write one answer over what stood there."""
    key = {"draft_id": draft_id, "code": code}
    values = {
        "state": answer.state,
        "value": answer.value,
        "doubt": _json(answer.doubt),
        "kept": _json(answer.kept),
        "person_id": answer.person_id,
        "at": answer.at,
    }
    tables.put(connection, draft_answers, key, values)


def remove_answer(connection: Connection, draft_id: int, code: str) -> None:
    """Take one answer back."""
    connection.execute(
        delete(draft_answers).where(
            draft_answers.c.draft_id == draft_id, draft_answers.c.code == code
        )
    )


def ask_only(connection: Connection, draft_id: int, asked: frozenset[str]) -> None:
    """Limit a draft to questions that a coordinator named."""
    connection.execute(update(drafts).where(drafts.c.id == draft_id).values(asked=sorted(asked)))


def close(connection: Connection, draft_id: int) -> None:
    """Remove a draft and its answers."""
    connection.execute(delete(draft_answers).where(draft_answers.c.draft_id == draft_id))
    connection.execute(delete(drafts).where(drafts.c.id == draft_id))


def _doubt(stored: dict[str, Any] | None) -> Doubt | None:
    return None if stored is None else Doubt(key=stored["key"], args=stored["args"])


def _json(doubt: Doubt | None) -> dict[str, object] | None:
    return None if doubt is None else {"key": doubt.key, "args": dict(doubt.args)}
