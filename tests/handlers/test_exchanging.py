"""Files for DHIS2 by chat: in an operator's codes, read back to the figures, none small told."""

import json
import re
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.app import Parts, build
from bot.rehearsal import send
from bot.settings import Settings
from documents.adx import read_adx
from documents.dhis2 import read_data_value_sets
from documents.dhis2_groups import Group
from handlers.documenting import INTERNAL
from plans.dhis2_files import load_mappings
from plans.dhis2_mapping import Dhis2Mapping, proposal
from plans.messages import File
from plans.pack import Pack, PeriodKind
from plans.people import RoleKind
from storage.drafts import Key
from tests.documents.gathered import GIVEN
from tests.documents.shipped import given
from tests.person import MORNING, PLAN, Person, Town

PERIOD, DISTRICT = "2024-Q1", "596"
ORDERS = {"dhis2": "json", "adx": "xml"}


@pytest.fixture
def mapping(tmp_path: Path, packs: Mapping[str, Pack], town: Town) -> Dhis2Mapping:
    """What an operator wrote into DATA_DIR, where every code is another than ours."""
    settings = Settings(data_dir=tmp_path)
    settings.dhis2_dir.mkdir()
    theirs = re.sub(r'(: |: {\w+: |, cumulative: )"', r'\1"their ', proposal(packs[PLAN]))
    (settings.dhis2_dir / f"{PLAN}.yaml").write_text(theirs, encoding="utf-8")
    dhis2 = load_mappings(settings.dhis2_files(), packs)
    begin(town, packs, dhis2)
    return dhis2[PLAN]


def begin(town: Town, packs: Mapping[str, Pack], dhis2: Mapping[str, Dhis2Mapping]) -> None:
    clock, database = town.clock, town.database
    town.app = build(
        Parts(database=database, packs=packs, clock=clock, secret=b"town", dhis2=dhis2)
    )
    town.app.add([town.recorder])


@pytest.fixture
async def answers(town: Town, packs: Mapping[str, Pack]) -> GIVEN:
    """What units sent for the first quarter."""
    found = given(packs[PLAN], 3)[PERIOD]

    def work(connection: Connection) -> None:
        for unit, own in found.items():
            key = Key(plan=PLAN, period=PERIOD, unit=unit)
            send(connection, town.app.world, key, own, MORNING.astimezone(UTC))

    await town.database.run(work)
    return found


async def ordered(person: Person, kind: str, *flags: str) -> File:
    reply = await person.asks(" ".join(("/vanbanlap", kind, PERIOD, *flags)))
    assert reply.file, reply.text
    return reply.file


def read(file: File, mapping: Dhis2Mapping, pack: Pack) -> list[Group]:
    reader = read_adx if file.name.endswith(".xml") else read_data_value_sets
    return reader(file.content.decode(), mapping, pack)


def figures(answers: GIVEN) -> dict[tuple[str, str], object]:
    return {
        (unit, code): answer.number
        for unit, own in answers.items()
        for code, answer in own.items()
        if answer.number is not None
    }


def values(groups: list[Group]) -> dict[tuple[str, str], object]:
    assert {group.kind for group in groups} == {PeriodKind.QUARTER}
    return {(g.unit, code): number for g in groups for code, number in g.values.items()}


@pytest.mark.parametrize("kind", ORDERS)
async def test_files_carry_the_operators_codes_and_are_read_back_to_the_figures(
    kind: str, town: Town, mapping: Dhis2Mapping, answers: GIVEN
) -> None:
    file = await ordered(await town.coordinator("binh"), kind, INTERNAL)
    text = file.content.decode()

    assert file.name.endswith(ORDERS[kind])
    assert not re.search(r'(rgUnit|dataElement|dataSet)"?[=:] ?"(?!their )', text)
    assert values(read(file, mapping, town.app.world.packs[PLAN])) == figures(answers)


async def test_without_a_mapping_files_carry_our_own_codes(town: Town, answers: GIVEN) -> None:
    file = await ordered(await town.coordinator("binh"), "dhis2", INTERNAL)
    world = town.app.world

    assert values(read(file, world.dhis2_mapping(PLAN), world.packs[PLAN])) == figures(answers)


async def test_the_days_of_completion_are_offered_with_the_values(
    town: Town, mapping: Dhis2Mapping, answers: GIVEN
) -> None:
    binh = await town.coordinator("binh")
    reply = await binh.asks(f"/vanbanlap dhis2 {PERIOD}")
    [choice] = [one for one in reply.choices if "ngày hoàn thành" in one.label]
    assert choice.data == f"/vanbanlap completion {PERIOD}"
    file = await ordered(binh, "completion")

    assert file.name == f"dhis2-{PERIOD}-{MORNING:%Y%m%d-%H%M}-complete.json"
    rows = json.loads(file.content)["completeDataSetRegistrations"]
    assert {row["organisationUnit"] for row in rows} == {
        mapping.org_units[unit] for unit in answers
    }
    assert {row["date"] for row in rows} == {f"{MORNING:%Y-%m-%d}"}
    assert "Đã lập 2 văn bản" in await binh.says(f"/vanban {PERIOD}")


async def test_a_district_gets_its_own_units_alone(
    town: Town, mapping: Dhis2Mapping, answers: GIVEN
) -> None:
    dung = await town.joined("dung", RoleKind.DISTRICT_COORDINATOR, DISTRICT)
    pack = town.app.world.packs[PLAN]
    mine = {unit for unit in answers if pack.tree.within(unit, DISTRICT)}

    for kind in ORDERS:
        assert {group.unit for group in read(await ordered(dung, kind), mapping, pack)} == mine
    rows = json.loads((await ordered(dung, "completion")).content)["completeDataSetRegistrations"]
    assert {row["organisationUnit"] for row in rows} == {mapping.org_units[unit] for unit in mine}


@pytest.mark.parametrize("reader", [RoleKind.OBSERVER, RoleKind.COORDINATOR])
async def test_a_file_that_may_be_passed_on_has_no_small_figure(
    reader: RoleKind, town: Town, mapping: Dhis2Mapping, answers: GIVEN
) -> None:
    pack = town.app.world.packs[PLAN]
    small = {
        (unit, code)
        for unit, own in answers.items()
        for code, answer in own.items()
        if pack.indicators[code].sensitive and answer.small
    }
    whole = figures(answers)
    olga = await town.joined("olga", reader)

    assert small
    for kind in ORDERS:
        told = values(read(await ordered(olga, kind), mapping, pack))
        assert told
        assert told.items() <= whole.items()
        assert not told.keys() & small
    completion = json.loads((await ordered(olga, "completion")).content)
    for row in completion["completeDataSetRegistrations"]:
        assert set(row) == {
            *("dataSet", "period", "organisationUnit", "attributeOptionCombo", "date", "completed")
        }


async def test_a_unit_without_a_code_is_named_and_nothing_is_made(
    town: Town, packs: Mapping[str, Pack], mapping: Dhis2Mapping, answers: GIVEN
) -> None:
    unit = next(iter(answers))
    units = {code: name for code, name in mapping.org_units.items() if code != unit}
    lacking = mapping.model_copy(update={"org_units": units})
    begin(town, packs, {PLAN: lacking})
    reply = await (await town.coordinator("binh")).asks(f"/vanbanlap dhis2 {PERIOD}")

    assert reply.file is None
    assert f"chưa có đơn vị {unit}" in reply.text
