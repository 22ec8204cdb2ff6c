"""Every table: who is here, what they reported, what they were told, and when."""

from storage.tables.columns import Figure, Json, Moment, metadata, put
from storage.tables.deskwork import acceptances, closures, moves
from storage.tables.documents import documents
from storage.tables.members import (
    addresses,
    arrivals,
    groups,
    handovers,
    join_codes,
    people,
    roles,
    talks,
)
from storage.tables.messages import credentials, held_back, inbox, outbox, postage, warnings
from storage.tables.reporting import (
    audit,
    draft_answers,
    drafts,
    report_answers,
    reports,
    returns,
    rollup_trees,
    rollups,
    unlocks,
)
from storage.tables.scheduling import deadlines, delays, nudges, reminders, requests, snoozes
from storage.tables.writing import (
    announcement_readers,
    announcements,
    difficulties,
    difficulty_notices,
    difficulty_sayings,
)

__all__ = [
    "Figure",
    "Json",
    "Moment",
    "acceptances",
    "addresses",
    "announcement_readers",
    "announcements",
    "arrivals",
    "audit",
    "closures",
    "credentials",
    "deadlines",
    "delays",
    "difficulties",
    "difficulty_notices",
    "difficulty_sayings",
    "documents",
    "draft_answers",
    "drafts",
    "groups",
    "handovers",
    "held_back",
    "inbox",
    "join_codes",
    "metadata",
    "moves",
    "nudges",
    "outbox",
    "people",
    "postage",
    "put",
    "reminders",
    "report_answers",
    "reports",
    "requests",
    "returns",
    "roles",
    "rollup_trees",
    "rollups",
    "snoozes",
    "talks",
    "unlocks",
    "warnings",
]
