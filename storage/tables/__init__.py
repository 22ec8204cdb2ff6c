"""Every table: who is here, what they reported, what they were told, and when."""

from storage.tables.columns import Figure, Json, Moment, metadata, put
from storage.tables.members import addresses, arrivals, groups, join_codes, people, roles, talks
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

__all__ = [
    "Figure",
    "Json",
    "Moment",
    "addresses",
    "arrivals",
    "audit",
    "credentials",
    "deadlines",
    "delays",
    "draft_answers",
    "drafts",
    "groups",
    "held_back",
    "inbox",
    "join_codes",
    "metadata",
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
