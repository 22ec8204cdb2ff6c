"""What a conversation left in the database, free of what differs between channels by right."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, Table, select

from plans.calendar import VIETNAM
from storage import tables

# A line for each row, by table. What differs by right: who is called how on a channel, what is
# numbered or drawn by chance, what passed on the way, and where a talk stands.
Outcome = Mapping[str, tuple[str, ...]]
_LEFT_OUT: Final = {
    "credentials": "a channel's own",
    "inbox": "what passed on the way",
    "outbox": "what passed on the way",
    "postage": "a channel's own",
    "report_answers": "told with their report",
    "draft_answers": "told with their draft",
    "talks": "cards are numbered and asked for otherwise",
    "warnings": "a channel's own",
}
_COLUMNS_LEFT_OUT: Final = {
    "addresses": {"channel", "heard_at"},
    "arrivals": {"channel"},
    "groups": {"channel"},
    "held_back": {"number", "channel"},
    "handovers": {"hash"},
    "join_codes": {"hash"},
    "people": {"id"},
    "reminders": {"outbox"},
    "reports": {"receipt"},
}
# What differs by right within a value that has parts.
_BY_RIGHT: Final = {"channel", "receipt"}
# Stands for a value that is drawn by chance: only whether there is one is told.
_BY_CHANCE: Final = {"pending_code"}
# The order of these rows tells something: of all others it is chance, and they are sorted.
_IN_ORDER: Final = {"audit"}
_ROW_KEYS: Final = {"id", "draft_id", "report_id"}


def outcome_of(connection: Connection, names: Mapping[str, str]) -> Outcome:
    """Return what stands in the database; `names` are the people of a file by their chats."""
    reader = _Reader(connection, names)
    return {
        table.name: reader.lines(table)
        for table in tables.metadata.sorted_tables
        if table.name not in _LEFT_OUT
    } | {"failed messages": reader.failed()}


def apart(expected: Outcome, got: Outcome) -> list[tuple[list[str], list[str]]]:
    """Return for each table that is not the same the rows that only one of two outcomes has."""
    found = []
    for name in sorted({*expected, *got}):
        here, there = expected.get(name, ()), got.get(name, ())
        if here == there:
            continue
        missing, more = Counter(here) - Counter(there), Counter(there) - Counter(here)
        if not missing and not more:
            missing, more = Counter(here), Counter(there)  # only their order differs
        found.append(
            (
                [f"{name}: {line}" for line in missing.elements()] or [f"{name}: no more"],
                [f"{name}: {line}" for line in more.elements()] or [f"{name}: nothing there"],
            )
        )
    return found


class _Reader:
    """One database, with the names of who is in it."""

    def __init__(self, connection: Connection, names: Mapping[str, str]) -> None:
        self._connection = connection
        self._names = names
        self._people: dict[int, str] = {}
        chats = connection.execute(select(tables.addresses.c.person_id, tables.addresses.c.chat))
        for person_id, name in sorted((one, self._name(chat)) for one, chat in chats):
            known = self._people.get(person_id)
            self._people[person_id] = f"{known}+{name}" if known else name

    def lines(self, table: Table) -> tuple[str, ...]:
        """Return a line for each row of a table."""
        rows = self._connection.execute(select(table).order_by(*table.primary_key))
        lines = [self._line(table, row) for row in rows]
        return tuple(lines if table.name in _IN_ORDER else sorted(lines))

    def failed(self) -> tuple[str, ...]:
        """Return who said something that met a bug."""
        query = select(tables.inbox.c.chat).where(tables.inbox.c.failed > 0)
        return tuple(sorted(self._name(chat) for chat in self._connection.execute(query).scalars()))

    def _line(self, table: Table, row: Row[Any]) -> str:
        left_out = _COLUMNS_LEFT_OUT.get(table.name, set())
        told = [
            f"{column.name}={self._told(column, value)}"
            for column, value in zip(table.columns, row, strict=True)
            if not _is_row_key(column) and column.name not in left_out
            if value is not None
        ]
        if table is tables.people:
            told.insert(0, self._people.get(row.id, "reached nowhere"))
        return " ".join([*told, *self._answers(table, row)])

    def _answers(self, table: Table, row: Row[Any]) -> list[str]:
        """Return the answers of a report or draft, as parts of its line."""
        answers = _ANSWERS.get(table.name)
        if answers is None:
            return []
        [key] = [column for column in answers.columns if column.foreign_keys][:1]
        query = select(answers).where(key == row.id).order_by(answers.c.code)
        return [f"({self._line(answers, answer)})" for answer in self._connection.execute(query)]

    def _told(self, column: Column[Any], value: Any) -> str:
        if column.name == "chat":
            return self._name(value)
        if _is_person(column):
            return self._people.get(value, "somebody who is reached nowhere")
        if column.name in _BY_CHANCE:
            return "one"
        if isinstance(value, datetime):
            return f"{value.astimezone(VIETNAM):%Y-%m-%dT%H:%M:%S}"
        if isinstance(value, str):
            return repr(value)
        if isinstance(value, dict | list):
            if isinstance(value, dict):
                value = value | {key: f"a {key}" for key in _BY_RIGHT & value.keys()}
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        return str(value)

    def _name(self, chat: str) -> str:
        return self._names.get(chat, "somebody unnamed")


_ANSWERS: Final = {"drafts": tables.draft_answers, "reports": tables.report_answers}


def _is_row_key(column: Column[Any]) -> bool:
    return column.name in _ROW_KEYS and column.name != "person_id"


def _is_person(column: Column[Any]) -> bool:
    """Say whether a column holds a person; the trail keeps them without a bond to their row."""
    bound = any(key.column.table is tables.people for key in column.foreign_keys)
    return bound or column.name == "person_id"
