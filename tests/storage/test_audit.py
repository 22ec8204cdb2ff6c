"""The audit trail: what happened, in order, before and after."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from storage import audit
from storage.audit import Entry
from storage.database import Database
from tests.storage.examples import KEY, NOW

SENT = Entry(
    at=NOW,
    person_id=7,
    action="report.sent",
    key=KEY,
    before={"TT01": "12"},
    after={"TT01": "15", "reason": "Nhập nhầm"},
)
LEFT = Entry(
    at=NOW + timedelta(seconds=1),
    person_id=None,
    action="role.left",
    key=KEY,
    before=None,
    after=None,
)


class TestAudit:
    async def test_lines_come_back_whole_and_in_order(self, database: Database) -> None:
        for entry in (SENT, LEFT, replace(SENT, after={})):
            await database.run(partial(audit.write, entry=entry))

        assert await database.read(audit.read) == [SENT, LEFT, replace(SENT, after={})]

    async def test_one_action_can_be_read_alone(self, database: Database) -> None:
        for entry in (SENT, LEFT):
            await database.run(partial(audit.write, entry=entry))

        assert await database.read(lambda tx: audit.read(tx, action="role.left")) == [LEFT]
