"""Reports as .docx files in the layout of Nghị định 30/2020, drafts for a person to finish.

In Vietnamese alone, as administrative documents are by law. What writes .docx is loaded with the
first document that is asked for: nothing else needs it.
"""

from datetime import date

from documents.consolidated import Consolidated
from documents.docx_bodies import text
from documents.wording import day
from plans.messages import File

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def report_docx(found: Consolidated, *, today: date, place: str = "", masked: bool = False) -> File:
    """Write the consolidated report of the plan's coordinator, or of a district's body.

    It is the coordinator's own view; `masked` leaves out small sensitive figures, and whatever
    would give them away, for a reader who may not see them.
    """
    from documents.docx_consolidated import Report

    where = f"-{found.root}" if found.root else ""
    name = f"{text('docx.file')}-{found.period.id}{where}.docx"
    content = Report(found, place=place, today=today, masked=masked).written()
    return File(name=name, media_type=MEDIA_TYPE, content=content)


def unit_docx(found: Consolidated, unit: str) -> File:
    """Write the report that one unit sent, for its own file; it must be among those gathered."""
    from documents.docx_unit import written

    sent = next((one for one in found.units if one.unit == unit), None)
    if sent is None:
        raise LookupError(f"{unit} has no report among those gathered")
    name = f"{text('docx.file')}-{found.period.id}-{unit}.docx"
    return File(name=name, media_type=MEDIA_TYPE, content=written(found, sent, day(found.moment)))
