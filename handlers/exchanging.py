"""A period's figures for DHIS2, by the operator's mapping where there is one."""

from documents.adx import adx
from documents.consolidated import Consolidated
from documents.dhis2 import completions, data_value_sets
from documents.dhis2_groups import Earlier
from handlers.consolidating import units_of
from handlers.turn import Turn
from plans.dhis2_mapping import Dhis2Mapping
from plans.messages import File
from storage.totals import Totals


def dxf2(turn: Turn, found: Consolidated, masked: bool) -> File:
    """Return all values as dataValueSets JSON."""
    earlier = _earlier(turn, found)
    return data_value_sets(found, _mapping(turn, found), earlier=earlier, masked=masked)


def completion(turn: Turn, found: Consolidated, _masked: bool) -> File:
    """Return who sent on which day: what goes to DHIS2 after the JSON, and tells no figure."""
    return completions(found, _mapping(turn, found), earlier=_earlier(turn, found))


def adx_xml(turn: Turn, found: Consolidated, masked: bool) -> File:
    """Return all values, and the days of sending, as ADX."""
    return adx(found, _mapping(turn, found), earlier=_earlier(turn, found), masked=masked)


def _mapping(turn: Turn, found: Consolidated) -> Dhis2Mapping:
    return turn.world.dhis2_mapping(found.pack.id)


def _earlier(turn: Turn, found: Consolidated) -> list[Earlier]:
    """Return what was reported earlier in the year: running totals are made of it."""
    totals = Totals(turn.connection, turn.world, found.pack.id, found.period, found.root)
    return [
        Earlier(period=period, units=units_of(turn, totals, period))
        for period in turn.world.year_so_far(found.pack.id, found.period)
    ]
