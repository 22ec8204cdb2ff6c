"""A period's figures for DHIS2 as DXF2 JSON, and read back.

One file holds many units, so it is the documented bulk form: period and unit stand on each value,
data set and day of completion nowhere. Completion is a file of its own, for its own endpoint; ADX
(`documents.adx`) has both in one.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from documents.consolidated import Consolidated
from documents.dhis2_groups import Codes, Earlier, Group, groups_of, in_order
from documents.labels import file_name
from plans.dhis2_mapping import Dhis2Mapping
from plans.errors import Refused
from plans.messages import File
from plans.pack import Pack, PeriodKind

_JSON: Final = "application/json"
_SCHEMES: Final = {
    f"{name}IdScheme": "code"
    for name in ("dataSet", "dataElement", "orgUnit", "categoryOptionCombo")
}
_PERIOD: Final = re.compile(r"\d{4}(Q[1-4]|S[12])?")


def data_value_sets(
    found: Consolidated,
    mapping: Dhis2Mapping,
    *,
    earlier: Sequence[Earlier] = (),
    masked: bool = False,
) -> File:
    """Write all values for `POST /api/dataValueSets`."""
    codes = Codes(mapping, found.pack)
    values = [
        value
        for group in groups_of(found, mapping, earlier=earlier, masked=masked)
        for value in _values(codes, group)
    ]
    return _file(found, "", {**_SCHEMES, "dataValues": values})


def _values(codes: Codes, group: Group) -> list[dict[str, str]]:
    elements, unit = codes.data_set(group).elements, codes.org_unit(group.unit)
    mapping = codes.mapping
    combos = {
        "categoryOptionCombo": mapping.category_option_combo,
        "attributeOptionCombo": mapping.attribute_option_combo,
    }
    options = {name: combo for name, combo in combos.items() if combo}
    return [
        {
            "dataElement": codes.element(code, elements),
            "period": group.period,
            "orgUnit": unit,
            **options,
            "value": codes.value(code, number),
        }
        for code, number in group.values.items()
    ]


def completions(
    found: Consolidated,
    mapping: Dhis2Mapping,
    *,
    earlier: Sequence[Earlier] = (),
) -> File:
    """Write who sent what on which day, for `POST /api/completeDataSetRegistrations`."""
    codes = Codes(mapping, found.pack)
    combo = mapping.attribute_option_combo
    registrations = [
        {
            "dataSet": codes.data_set(group).code,
            "period": group.period,
            "organisationUnit": codes.org_unit(group.unit),
            **({"attributeOptionCombo": combo} if combo else {}),
            "date": str(group.complete),
            "completed": True,
        }
        for group in groups_of(found, mapping, earlier=earlier, masked=False)
    ]
    return _file(found, "-complete", {"completeDataSetRegistrations": registrations})


def _file(found: Consolidated, kind: str, content: Mapping[str, object]) -> File:
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    name = file_name("dhis2", found, f"{kind}.json")
    return File(name=name, media_type=_JSON, content=text.encode())


def read_data_value_sets(text: str, mapping: Dhis2Mapping, pack: Pack) -> list[Group]:
    """Read values back to the figures that they were written from."""
    codes = Codes(mapping, pack)
    groups: dict[tuple[str, PeriodKind, str], dict[str, Decimal]] = {}
    for value in _read(text):
        unit = codes.unit(value["orgUnit"])
        code, elements = codes.indicator(value["dataElement"])
        period = value["period"]
        if not _PERIOD.fullmatch(period):
            raise Refused("dhis.unknown", kind="period", code=period)
        kind = codes.kind_of(unit, period, elements)
        numbers = groups.setdefault((unit, kind, period), {})
        if code in numbers:
            raise Refused("dhis.twice", code=value["dataElement"], unit=value["orgUnit"])
        numbers[code] = codes.number(code, value["value"])
    return in_order(
        Group(unit=unit, form=codes.form(unit), kind=kind, period=period, values=values)
        for (unit, kind, period), values in groups.items()
    )


def _read(text: str) -> list[dict[str, str]]:
    """Return the values of a file, each with all that it needs; the outer unit and period hold."""
    try:
        outer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("dhis.not_json") from error
    if not isinstance(outer, dict) or not isinstance(outer.get("dataValues"), list):
        raise Refused("dhis.not_json")
    shared = {key: outer[key] for key in ("period", "orgUnit") if key in outer}
    found = []
    for value in outer["dataValues"]:
        whole = {**shared, **value} if isinstance(value, dict) else {}
        needed = ("dataElement", "period", "orgUnit", "value")
        if not all(isinstance(whole.get(key), str) for key in needed):
            raise Refused("dhis.not_json")
        found.append(whole)
    return found
