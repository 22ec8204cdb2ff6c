"""A period's figures as ADX, the IHE format for aggregate data that DHIS2 takes, and read back.

DHIS2's table of ADX periods has no nine months (P9M), so they go as the quarter that they end with,
in a data set of their own.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from decimal import Decimal
from typing import Final
from xml.etree import ElementTree as XML

from documents.consolidated import Consolidated
from documents.dhis2_groups import Codes, Earlier, Group, groups_of, in_order
from documents.labels import file_name
from plans.dhis2_mapping import Dhis2Mapping
from plans.errors import Refused
from plans.messages import File
from plans.pack import Pack

NAMESPACE: Final = "urn:ihe:qrph:adx:2015"
MEDIA_TYPE: Final = "application/adx+xml"
_PERIOD: Final = re.compile(r"(\d{4})-(\d\d)-01/(P3M|P6M|P1Y)")
_MONTHS: Final = {"P3M": 3, "P6M": 6, "P1Y": 12}
_LETTER: Final = {"P3M": "Q", "P6M": "S", "P1Y": ""}


def adx(
    found: Consolidated,
    mapping: Dhis2Mapping,
    *,
    earlier: Sequence[Earlier] = (),
    masked: bool = False,
) -> File:
    """Write a group for each unit and data set; one without a value is left out."""
    codes = Codes(mapping, found.pack)
    exported = f"{found.moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    root = XML.Element("adx", {"xmlns": NAMESPACE, "exported": exported})
    for group in groups_of(found, mapping, earlier=earlier, masked=masked):
        if group.values:
            _write(root, codes, group)
    XML.indent(root, " ")
    content = XML.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"
    name = file_name("dhis2", found, ".adx.xml")
    return File(name=name, media_type=MEDIA_TYPE, content=content)


def _write(root: XML.Element, codes: Codes, group: Group) -> None:
    data_set, mapping = codes.data_set(group), codes.mapping
    attributes = {
        "orgUnit": codes.org_unit(group.unit),
        "period": adx_period(group.period),
        "dataSet": data_set.code,
        "completeDate": str(group.complete),
    }
    if mapping.attribute_option_combo:
        attributes["attributeOptionCombo"] = mapping.attribute_option_combo
    element = XML.SubElement(root, "group", attributes)
    for code, number in group.values.items():
        value = {
            "dataElement": codes.element(code, data_set.elements),
            "value": codes.value(code, number),
        }
        if mapping.category_option_combo:
            value["categoryOptionCombo"] = mapping.category_option_combo
        XML.SubElement(element, "dataValue", value)


def adx_period(period: str) -> str:
    """Write DHIS2's name of a period as a first day and a duration: 2026Q1 as 2026-01-01/P3M."""
    year, kind = period[:4], period[4:5]
    duration = {"Q": "P3M", "S": "P6M", "": "P1Y"}[kind]
    ordinal = int(period[5:] or 1)
    month = (ordinal - 1) * _MONTHS[duration] + 1
    return f"{year}-{month:02}-01/{duration}"


def _read_period(written: str) -> str:
    matched = _PERIOD.fullmatch(written)
    if matched is None:
        raise Refused("dhis.unknown", kind="period", code=written)
    year, month, duration = matched[1], int(matched[2]), matched[3]
    ordinal = (month - 1) // _MONTHS[duration] + 1
    period = year + (f"{_LETTER[duration]}{ordinal}" if _LETTER[duration] else "")
    if adx_period(period) != written:
        raise Refused("dhis.unknown", kind="period", code=written)
    return period


def read_adx(text: str, mapping: Dhis2Mapping, pack: Pack) -> list[Group]:
    """Read groups back to the figures that they were written from."""
    codes = Codes(mapping, pack)
    found: dict[tuple[str, str], Group] = {}
    for element in _groups(text):
        group = _read_group(element, codes)
        data_set = _attribute(element, "dataSet")
        if (group.unit, data_set + group.period) in found:
            raise Refused("dhis.twice", code=data_set, unit=element.get("orgUnit"))
        found[group.unit, data_set + group.period] = group
    return in_order(found.values())


def _groups(text: str) -> Iterator[XML.Element]:
    # ADX has no document type, and an entity can only stand in one: none is ever expanded.
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refused("dhis.not_adx")
    try:
        root = XML.fromstring(text.removeprefix("\ufeff"))  # noqa: S314
    except XML.ParseError as error:
        raise Refused("dhis.not_adx") from error
    if root.tag != f"{{{NAMESPACE}}}adx" or not root.get("exported"):
        raise Refused("dhis.not_adx")
    for element in root:
        if element.tag != f"{{{NAMESPACE}}}group":
            raise Refused("dhis.not_adx")
        yield element


def _read_group(element: XML.Element, codes: Codes) -> Group:
    unit = codes.unit(_attribute(element, "orgUnit"))
    period = _read_period(_attribute(element, "period"))
    kind = codes.kind_named(unit, _attribute(element, "dataSet"))
    data_set = codes.mapping.data_set(codes.form(unit), kind)
    values: dict[str, Decimal] = {}
    for value in element:
        if value.tag != f"{{{NAMESPACE}}}dataValue":
            raise Refused("dhis.not_adx")
        name = _attribute(value, "dataElement")
        code, elements = codes.indicator(name)
        if data_set is None or elements is not data_set.elements:
            raise Refused("dhis.unknown", kind="dataElement", code=name)
        if code in values:
            raise Refused("dhis.twice", code=name, unit=element.get("orgUnit"))
        values[code] = codes.number(code, _attribute(value, "value"))
    complete = _day(element.get("completeDate"))
    return Group(
        unit=unit,
        form=codes.form(unit),
        kind=kind,
        period=period,
        values=values,
        complete=complete,
    )


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise Refused("dhis.unknown", kind="completeDate", code=written) from error


def _attribute(element: XML.Element, name: str) -> str:
    found = element.get(name)
    if found is None:
        raise Refused("dhis.not_adx")
    return found
