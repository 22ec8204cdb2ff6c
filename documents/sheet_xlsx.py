"""A period's figures as a workbook: a sheet for each form, totals by live formulas, every answer.

What writes .xlsx is loaded with the first workbook that is asked for: nothing else needs it.
"""

import locales
from documents.consolidated import Consolidated
from plans.messages import File

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def report_xlsx(found: Consolidated, *, masked: bool, language: str, mark: str = "") -> File:
    """Write the workbook; `mark` says on each sheet that figures are synthetic, where they are."""
    from documents.xlsx_book import Book
    from documents.xlsx_cover import write_cover
    from documents.xlsx_forms import write_forms
    from documents.xlsx_raw import write_raw
    from documents.xlsx_summary import write_summary
    from documents.xlsx_targets import write_targets

    book = Book(found, language=language, masked=masked, mark=mark)
    for place in ("cover", "summary", "targets"):
        book.add(place, locales.text(language, f"xlsx.sheet.{place}"))
    columns = write_forms(book)
    write_raw(book)
    write_summary(book, columns)
    write_targets(book)
    write_cover(book)
    where = f"-{found.root}" if found.root else ""
    name = f"{locales.text(language, 'xlsx.file')}-{found.period.id}{where}.xlsx"
    return File(name=name, media_type=MEDIA_TYPE, content=book.content())
