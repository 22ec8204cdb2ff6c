"""A period's figures as a workbook: a sheet for each form, totals by live formulas, every answer.

What writes .xlsx is loaded with the first workbook that is asked for: nothing else needs it.
"""

import locales
from documents.consolidated import Consolidated
from documents.labels import file_name
from plans.messages import File

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def report_xlsx(found: Consolidated, *, masked: bool, language: str) -> File:
    """Write the workbook; each sheet says what must be seen of the figures."""
    from documents.xlsx_book import Book
    from documents.xlsx_compared import write_compared
    from documents.xlsx_cover import write_cover
    from documents.xlsx_forms import write_forms
    from documents.xlsx_raw import write_raw
    from documents.xlsx_summary import write_summary
    from documents.xlsx_targets import write_targets

    book = Book(found, language=language, masked=masked)
    for place in ("cover", "summary", "targets", "compared"):
        book.add(place, locales.text(language, f"xlsx.sheet.{place}"))
    columns = write_forms(book)
    write_raw(book)
    sums = write_summary(book, columns)
    write_compared(book, sums)
    write_targets(book, sums, columns)
    write_cover(book)
    name = file_name(locales.text(language, "xlsx.file"), found, ".xlsx")
    return File(name=name, media_type=MEDIA_TYPE, content=book.content())
