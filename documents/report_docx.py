"""Reports as .docx files in the layout of Nghị định 30/2020, drafts for a person to finish.

In Vietnamese alone, as administrative documents are by law. What writes .docx is loaded with the
first document that is asked for: nothing else needs it.
"""

from datetime import date

from documents.consolidated import Consolidated
from documents.docx_bodies import text
from documents.labels import file_name
from documents.wording import day
from plans.messages import File

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def report_docx(found: Consolidated, *, today: date, masked: bool = False) -> File:
    """Write the consolidated report of the plan's coordinator, or of a district's body.

    `masked` leaves out small sensitive figures, and whatever would give them away: such a copy may
    be passed on.
    """
    from documents.docx_consolidated import Report

    name = file_name(text("docx.file"), found, ".docx")
    content = Report(found, today=today, masked=masked).written()
    return File(name=name, media_type=MEDIA_TYPE, content=content)


def unit_docx(found: Consolidated, unit: str, *, masked: bool = False) -> File:
    """Write the report that one unit sent, for its own file; it must be among those gathered.

    `masked` leaves out what a reader who may not see small counts of people is not told.
    """
    from documents.docx_unit import written

    sent = next((one for one in found.units if one.unit == unit), None)
    if sent is None:
        raise LookupError(f"{unit} has no report among those gathered")
    name = file_name(text("docx.file"), found, ".docx", unit=unit)
    content = written(found, sent, day(found.moment), masked=masked)
    return File(name=name, media_type=MEDIA_TYPE, content=content)
