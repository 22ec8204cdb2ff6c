"""What stands in the way of sending does so on every way in."""

from collections.abc import Mapping

from plans.pack import CrossCheck, Pack
from tests.person import PLAN, Town, changed

ALL = ("15", "1250", "có", "30", "25", "2", "0", "không", "4", "3")


async def test_a_reason_alone_sends_no_unchanged_correction(town: Town) -> None:
    ann = await town.officer("ann")
    await ann.says("/baocao", *ALL, "/gui", "/dinhchinh")

    assert "Đã nhận" not in await ann.says("/lydo nhập nhầm")
    assert "lần 2" not in await ann.says("/lichsu")


async def test_a_reason_alone_sends_nothing_that_a_new_rule_refuses(
    town: Town, packs: Mapping[str, Pack]
) -> None:
    ann = await town.officer("ann")
    await ann.says("/baocao", *ALL, "/gui", "/dinhchinh", "sửa 1: 16")
    rule = CrossCheck(part="TT03", whole="TT02")
    pack = packs[PLAN]
    town.begin({**packs, PLAN: changed(pack, checks=(*pack.checks, rule))})

    for text in ("/gui", "/lydo nhập nhầm"):
        assert "1.250" in await ann.says(text)
    assert "lần 2" not in await ann.says("/lichsu")


async def test_a_correction_is_sent_with_its_reason(town: Town) -> None:
    ann = await town.officer("ann")
    await ann.says("/baocao", *ALL, "/gui", "/dinhchinh", "sửa 1: 16")

    assert "lần 2" in await ann.says("/lydo nhập nhầm")
    assert "nhập nhầm" in await ann.says("/lichsu")
