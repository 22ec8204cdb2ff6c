"""Groups of the account: linked by a code, told digests, deaf to everything else."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels.zalo_oa_events import GROUP, address_of
from bot.timer import tick
from plans.calendar import VIETNAM
from plans.messages import File, Reply, Urgency
from plans.pack import Pack
from storage import groups, tables
from tests.bot.zalo_oa_line import Line, running
from tests.fakes.telegram_people import PIXEL
from tests.fakes.zalo_oa_people import Group

# The afternoon on which the last digest before the deadline is due.
DIGEST_DAY = datetime(2024, 6, 14, 16, 0, tzinfo=VIETNAM)
DIGEST = Reply(text="Tiến độ hôm nay", urgency=Urgency.DIGEST)


@pytest.fixture
async def line(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[Line]:
    async with running(sqlite_file, packs) as line:
        yield line


@pytest.fixture
def group(line: Line) -> Group:
    return line.fake.group("Tổ giúp việc")


async def linked(line: Line, group: Group) -> None:
    """Let a coordinator link the group by a code from the private chat."""
    coordinator = await line.coordinator()
    card = await coordinator.says("/nhom")
    [command] = [words for words in card.text.splitlines() if "/lienket" in words]
    code = command[command.index("/lienket") :].split()[1].rstrip(".,")
    coordinator.user.says(f"[@Báo cáo] /lienket {code}", to=group)
    await line.fake.until(lambda: group.view.from_bot)


async def test_a_coordinator_links_a_group_and_digests_go_there(line: Line, group: Group) -> None:
    await line.officer()
    await linked(line, group)
    [link] = await line.app.database.read(groups.linked)
    assert link.address == address_of(GROUP + group.id)

    line.clock.move(DIGEST_DAY - line.clock.now())
    await tick(line.app, line.clock.now())
    await line.fake.until(lambda: len(group.view.from_bot) > 1)

    assert group.view.last.via == "group"
    assert group.view.last.buttons == ()
    assert line.fake.called("group/message")[-1].params["recipient"] == {"group_id": group.id}
    assert "group" in await line.costs()
    assert line.fake.costs.group == len(group.view.from_bot)


async def test_talk_among_people_is_never_kept(line: Line, group: Group) -> None:
    officer = await line.officer()
    for text in ("xin chào 12", "[@Báo cáo] BC 1 2 3", "/somebot"):
        officer.user.says(text, to=group)
    officer.user.sends_image(to=group)
    officer.user.says("/baocao", to=group)
    await line.fake.until(lambda: group.view.from_bot)
    await line.fake.until(lambda: len(line.fake.attempts) == 5)

    assert [row.chat for row in await line.kept(tables.inbox)] == [GROUP + group.id]
    assert len(group.view.from_bot) == 1
    assert officer.texts == []


async def test_a_group_needs_no_window_and_gets_pictures_without_buttons(
    line: Line, group: Group
) -> None:
    address = address_of(GROUP + group.id)
    line.later(days=30)
    picture = File(name="tien-do.png", media_type="image/png", content=PIXEL)
    await line.owe(address, DIGEST, Reply(text="Biểu đồ", file=picture, urgency=Urgency.DIGEST))
    await line.become("sent", "sent")

    assert group.view.texts == ["Tiến độ hôm nay", "Biểu đồ"]
    assert group.view.last.image == PIXEL
    assert await line.costs() == ["group", "group"]


async def test_a_group_that_zalo_disabled_is_linked_no_more(line: Line, group: Group) -> None:
    await linked(line, group)
    group.disable()
    await line.owe(address_of(GROUP + group.id), DIGEST)
    while (await line.states())[-1] != "failed":
        await line.fake.until(lambda: True)

    assert await line.app.database.read(groups.linked) == []
