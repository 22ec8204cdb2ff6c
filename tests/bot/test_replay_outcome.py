"""What a conversation left: the same whatever people are called, and not when anything is lost."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, select, update

from bot.conversation import read_conversation
from bot.replay import Options, staged
from bot.replay_outcome import Outcome, apart, outcome_of
from plans.pack import Pack
from storage import tables
from storage.database import Database, sqlite_url

NAMES = {"lan": "lan", "mai": "mai", "binh": "binh"}
TALK = """\
plan binh_thuan_2024
now 2024-06-11 08:00
person mai focal_point 22915
person binh coordinator
code LC7K-2M9Q focal_point 22915

lan> /start LC7K-2M9Q
<
lan> [Xác nhận]
<
lan> BC 15 1250 có 40 30 25 2 0 12 9
<
lan> [Gửi báo cáo]
< ~Đã nhận lúc
mai> /baocao
<
mai> gửi số liệu cho 0912345678
<
@ 2024-06-15 08:00
"""


@pytest.fixture
async def played(sqlite_file: Path, packs: Mapping[str, Pack], tmp_path: Path) -> Path:
    """The database after a conversation."""
    path = tmp_path / "talk.txt"
    path.write_text(TALK, encoding="utf-8")
    options = Options(database=sqlite_url(sqlite_file))
    async with staged(read_conversation(path), packs, options) as stage:
        assert not await stage.run()
    return sqlite_file


async def left(file: Path, names: Mapping[str, str] = NAMES) -> Outcome:
    database = Database(sqlite_url(file))
    try:
        return await database.read(lambda tx: outcome_of(tx, names))
    finally:
        await database.close()


async def changed(file: Path, change: Callable[[Connection], object]) -> list[str]:
    """Return which tables tell of a change to a copy of the database."""
    copy = Path(shutil.copy(file, file.with_name("copy.db")))
    database = Database(sqlite_url(copy))
    await database.run(change)
    await database.close()
    return [there[0].partition(":")[0] for _, there in apart(await left(file), await left(copy))]


async def test_a_conversation_leaves_something_in_every_part(played: Path) -> None:
    outcome = await left(played)

    assert outcome["audit"][0].startswith("at=2024-06-11T08:00:00 person_id=lan action='role.join")
    assert len(outcome["roles"]) == 3
    assert "version=1" in outcome["reports"][0]
    assert "(code='TT03' state='value' value=1250)" in outcome["reports"][0]
    assert "used_by=lan" in outcome["join_codes"][0]
    assert outcome["reminders"]
    assert not outcome["drafts"]


async def test_what_differs_between_channels_by_right_is_not_told(played: Path) -> None:
    def rename(connection: Connection) -> None:
        for table in (tables.addresses, tables.inbox, tables.outbox):
            chat = table.c.chat.concat("-4711")
            connection.execute(update(table).values(channel="zalo_oa", chat=chat))
        connection.execute(update(tables.reports).values(receipt="BC-24Q2-22915-2345"))
        connection.execute(update(tables.talks).values(state={"card": 99}))
        connection.execute(delete(tables.outbox))
        note(connection, "BC-24Q2-22915-2345")

    def note(connection: Connection, receipt: str) -> None:
        sent = tables.audit.c.action == "report.sent"
        connection.execute(update(tables.audit).where(sent).values(after={"receipt": receipt}))

    database = Database(sqlite_url(played))
    await database.run(lambda tx: note(tx, "BC-24Q2-22915-6789"))
    before = await left(played)
    await database.run(rename)
    await database.close()
    arrivals = {"arrivals": ()}  # of strangers, who have other chats by now

    after = await left(played, {f"{name}-4711": name for name in NAMES})

    assert not apart({**before, **arrivals}, {**after, **arrivals})


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("reports", update(tables.report_answers).values(value=1251).where(
            tables.report_answers.c.code == "TT03")),
        ("reports", update(tables.reports).values(reason="Nhập nhầm")),
        ("audit", delete(tables.audit).where(tables.audit.c.action == "message.refused")),
        ("audit", update(tables.audit).values(after=None).where(
            tables.audit.c.action == "report.sent")),
        ("roles", delete(tables.roles).where(tables.roles.c.kind == "coordinator")),
        ("reminders", delete(tables.reminders).where(tables.reminders.c.id == 1)),
        ("join_codes", update(tables.join_codes).values(used_at=None, used_by=None)),
        ("addresses", update(tables.addresses).values(
            unreachable_since=tables.addresses.c.since).where(tables.addresses.c.chat == "mai")),
        ("people", update(tables.people).values(language="en").where(tables.people.c.id == 1)),
        ("failed messages", update(tables.inbox).values(failed=1).where(
            tables.inbox.c.chat == "lan", tables.inbox.c.message_id == "1")),
    ],
)  # fmt: skip
async def test_whatever_is_wrong_or_lost_is_told(played: Path, table: str, change: object) -> None:
    assert await changed(played, lambda tx: tx.execute(change)) == [table]  # type: ignore[call-overload]


async def test_another_order_of_the_trail_is_told(played: Path) -> None:
    def swap(connection: Connection) -> None:
        ids = connection.execute(select(tables.audit.c.id).order_by(tables.audit.c.id)).scalars()
        first, second, *_ = list(ids)
        for old, new in ((first, -1), (second, first), (-1, second)):
            same = tables.audit.c.id == old
            connection.execute(update(tables.audit).where(same).values(id=new))

    assert await changed(played, swap) == ["audit"]


async def test_both_sides_are_told(played: Path) -> None:
    outcome = await left(played)

    [(here, there)] = apart({**outcome, "roles": outcome["roles"][1:]}, outcome)

    assert here == ["roles: no more"]
    assert there == [f"roles: {outcome['roles'][0]}"]
