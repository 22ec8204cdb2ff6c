"""One unit's own report for its file: its answers in force, with the receipt that proves them."""

from datetime import date

from documents import docx_frame as frame
from documents import docx_layout as layout
from documents import narrative, wording
from documents.consolidated import Consolidated, UnitAnswers
from documents.docx_bodies import (
    issuer_of,
    mark_of,
    place_of,
    recipients_of,
    subject_of,
    superior_of,
    symbol_of,
    text,
    unit_area,
    window_of,
)
from documents.docx_frame import Heading
from documents.docx_layout import ALIGN, FINE, PROSE, Look
from documents.masking import cell_of, hidden_text
from plans.dialogue import Question, questions_in

_WIDTHS = (12.0, 78.0, 24.0, 26.0, 20.0)
_HEADS = ("row", "indicator", "measure", "answer", "kept")


def written(found: Consolidated, sent: UnitAnswers, day: date, *, masked: bool = False) -> bytes:
    """Write the report of one unit and return the file's bytes."""
    pack, unit = found.pack, sent.unit
    issuer = issuer_of(pack, unit)
    heading = Heading(
        superior=superior_of(pack, issuer),
        issuer=issuer,
        symbol=symbol_of(pack, unit),
        place=place_of(pack, unit),
        day=day,
        subject=subject_of(pack, found.period, unit_area(pack, unit)),
        to=recipients_of(pack, unit),
    )
    subject = narrative.within(heading.about)
    title = f"{text('docx.title')} {subject}"
    document = layout.new_document(title, issuer, found.moment, mark_of(found))
    frame.write_head(document, heading, mark_of(found))
    frame.write_bases(document, pack)
    layout.write(document, text("docx.opening", issuer=issuer, subject=subject), PROSE)
    layout.write(document, text("docx.window", window=window_of(found.period)), PROSE)
    header = [text(f"docx.figure.{name}") for name in _HEADS]
    rows = [_row(sent, question, masked) for question in questions_in(pack, found.period, unit)]
    layout.grid(document, _WIDTHS, header, rows, centred=(0, 2, 3))
    notes = [*_notes(found, sent), *([text("docx.masked")] if masked else [])]
    for note in notes:
        layout.write(document, note, Look(size=FINE, italic=True, align=ALIGN.JUSTIFY, before=4))
    layout.write(document, "", Look(size=FINE))
    to = ", ".join(heading.to)
    closing = text("docx.closing", subject=subject, issuer=issuer, to=to)
    frame.write_end(document, heading, closing)
    return layout.content(document)


def _row(sent: UnitAnswers, question: Question, masked: bool) -> list[str]:
    answer = sent.answers.get(question.code)
    hidden = question.code in sent.hidden
    cell = cell_of(question.indicator, answer, masked=masked, hidden=hidden)
    words = hidden_text("vi", cell)
    return [
        str(question.number),
        question.indicator.label.vi,
        question.indicator.measure.vi,
        words or wording.figure("vi", question, answer),
        text("docx.kept") if answer and answer.kept and not words else "",
    ]


def _notes(found: Consolidated, sent: UnitAnswers) -> list[str]:
    """Say by which receipt and in which version it stands, what was done with it, since when."""
    proof = text(
        "docx.proof",
        receipt=sent.receipt,
        version=sent.version,
        time=wording.clock(sent.sent_at),
        day=wording.day(sent.sent_at),
    )
    notes = [proof]
    if sent.on_behalf:
        notes.append(text("docx.entered_for_unit"))
    if at := sent.accepted_at:
        notes.append(text("docx.accepted", time=wording.clock(at), day=wording.day(at)))
    if sent.version > 1:
        notes.append(text("docx.corrected", count=sent.version - 1))
    if closure := found.closure_of(sent.unit):
        time, day = wording.clock(closure.at), wording.day(closure.at)
        notes.append(text("docx.unit_closed", time=time, day=day))
    return notes
