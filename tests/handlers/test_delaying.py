"""Reasons for a delay: what is kept, what is refused, and who is asked for none."""

import pytest
from sqlalchemy import Connection, select

from storage.tables import audit, delays
from tests.person import HAM_TIEN, MUI_NE, Town

PERIOD = "2024-Q2"


def kept(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(select(delays).order_by(delays.c.id))
    return [(row.unit, row.reason) for row in rows]


def trail(connection: Connection) -> str:
    rows = connection.execute(select(audit.c.action, audit.c.after))
    return " ".join(f"{row.action} {row.after}" for row in rows)


@pytest.mark.parametrize(
    "words",
    ["chị Lò Thị Mai 0912345678", "anh Nguyễn Văn An nghỉ ốm", "tài liệu TUYỆT MẬT"],
)
async def test_what_must_not_be_kept_is_refused_on_every_way(town: Town, words: str) -> None:
    lan = await town.officer("lan")
    town.later(days=7)

    assert "không ghi nhận" in await lan.says(f"lý do chậm {words}")
    assert "không ghi nhận" in await lan.taps(f"/lydocham {words}")
    assert "không ghi nhận" in await lan.taps(f"/lydocham 1 {PERIOD} {words}")
    assert "không ghi nhận" in await lan.taps(f"/donvi 1 /lydocham {words}")
    await lan.says("/lydocham")
    asked_again = await lan.says(words)

    assert "không ghi nhận" in asked_again
    assert "Lý do chậm?" in asked_again
    assert await town.database.run(kept) == []
    assert words.split()[-1] not in await town.database.run(trail)


async def test_the_newest_reason_counts_and_leaves_a_trail(town: Town) -> None:
    lan = await town.officer("lan")
    town.later(days=7)

    await lan.says("lý do chậm: mất điện", "/lydocham", "chờ số liệu của trạm y tế")

    assert await town.database.run(kept) == [
        (MUI_NE, "mất điện"),
        (MUI_NE, "chờ số liệu của trạm y tế"),
    ]
    assert (await town.database.run(trail)).count("delay.explained") == 2


async def test_nobody_explains_for_another_unit(town: Town) -> None:
    lan, mai = await town.officer("lan"), await town.officer("mai", HAM_TIEN)
    town.later(days=7)

    # Role 1 is Lan's: in Mai's hands it is no role, so that the words are a reason of her own.
    await mai.taps(f"/lydocham 1 {PERIOD} mất điện")
    await lan.says("/lydocham")

    assert {unit for unit, _ in await town.database.run(kept)} <= {HAM_TIEN}


async def test_an_invited_body_is_never_asked(town: Town) -> None:
    tuy = await town.officer("tuy", "MTTQ")
    town.later(days=7)

    for words in ("/lydocham", "/lydocham bận", f"/lydocham {PERIOD}"):
        assert "không cần nêu lý do" in await tuy.says(words)
    assert await town.database.run(kept) == []


async def test_a_period_in_words_is_no_reason(town: Town) -> None:
    lan = await town.officer("lan")
    town.later(days=7)

    assert "Lý do chậm?" in await lan.says("báo lý do chậm quý 2")
    assert await town.database.run(kept) == []
