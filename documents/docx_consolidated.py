"""The consolidated report of a period, written section by section."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from docx.document import Document

from documents import docx_frame as frame
from documents import docx_layout as layout
from documents import docx_progress as progress
from documents import docx_targets as targets
from documents import narrative, wording
from documents.consolidated import SECTIONS, Consolidated
from documents.docx_bodies import (
    BLANK,
    area_of,
    issuer_of,
    mark_of,
    place_of,
    recipients_of,
    subject_of,
    superior_of,
    symbol_of,
    text,
    window_of,
)
from documents.docx_frame import Heading
from documents.docx_layout import ALIGN, FINE, PART, PROSE, SMALL, SUBPART, Look
from documents.docx_seen import Seen, Shown, parts_of, shown_lines
from documents.masking import as_told
from plans.pack import Obligation
from plans.progress import count

_OTHER: Final = "other"
_WIDTHS: Final = (12.0, 87.0, 24.0, 32.0, 24.0, 22.0, 24.0, 22.0)
# The same width with last year's running total between.
_WIDER: Final = (12.0, 62.0, 20.0, 22.0, 32.0, 23.0, 23.0, 32.0, 21.0)
_HEADS: Final = ("row", "indicator", "measure", "now", "so_far", "before", "last_year", "units")
_NOTE: Final = Look(size=FINE, italic=True, align=ALIGN.JUSTIFY, after=4)


class Report:
    """One report being written: what it tells, as its reader may see it."""

    def __init__(self, found: Consolidated, *, today: date, masked: bool) -> None:
        pack, root = found.pack, found.root
        self.found = replace(found, targets=as_told(pack, found.targets)) if masked else found
        self.masked = masked
        self.lines = shown_lines(found, masked=masked)
        issuer = issuer_of(pack, root)
        self.heading = Heading(
            superior=superior_of(pack, issuer),
            issuer=issuer,
            symbol=symbol_of(pack, root),
            place=place_of(pack, root),
            day=today,
            subject=subject_of(pack, found.period, area_of(pack, root)),
            to=recipients_of(pack, root),
        )
        title = f"{text('docx.title')} {self.heading.about}"
        self.document: Document = layout.new_document(title, issuer, found.moment, mark_of(found))

    def written(self) -> bytes:
        """Write it all and return the file's bytes."""
        heading = self.heading
        subject = narrative.within(heading.about)
        frame.write_head(self.document, heading, mark_of(self.found))
        frame.write_bases(self.document, self.found.pack)
        self._prose(text("docx.opening", issuer=heading.issuer, subject=subject))
        self._situation()
        self._results()
        self._judgement()
        for key in ("docx.part.plans", "docx.part.requests"):
            layout.write(self.document, text(key), PART)
            self._prose(BLANK)
        to = ", ".join(heading.to)
        closing = text("docx.closing", subject=subject, issuer=heading.issuer, to=to)
        frame.write_end(self.document, heading, closing)
        self._appendices()
        return layout.content(self.document)

    def _prose(self, *paragraphs: str) -> None:
        for paragraph in paragraphs:
            layout.write(self.document, paragraph, PROSE)

    def _situation(self) -> None:
        layout.write(self.document, text("docx.part.situation"), PART)
        period = self.found.period
        told = [text("docx.window", window=window_of(period))]
        if period.widest != period.asks:
            first, last = period.widest.first, period.widest.last
            told.append(text("docx.widest", first=first, last=last))
        self._prose(" ".join(told), *progress.sent_paragraphs(self.found), BLANK)

    def _results(self) -> None:
        layout.write(self.document, text("docx.part.results"), PART)
        groups = [(name, lines) for name in (*SECTIONS, _OTHER) if (lines := self._of(name))]
        if not groups:
            self._prose(text("docx.nothing_asked"))
        pairs = parts_of(self.found, self.lines)
        for number, (name, lines) in enumerate(groups, start=1):
            title = text(f"docx.section.{name.lower()}")
            layout.write(self.document, f"{number}. {title}", SUBPART)
            self._prose(*narrative.paragraphs(lines, pairs))

    def _of(self, section: str) -> list[Shown]:
        """Return a section's lines; what belongs to none is told in one of its own."""
        if section == _OTHER:
            return [one for one in self.lines if one.line.section not in SECTIONS]
        return [one for one in self.lines if one.line.section == section]

    def _judgement(self) -> None:
        found = self.found
        layout.write(self.document, text("docx.part.judgement"), PART)
        layout.write(self.document, text("docx.judgement.targets"), SUBPART)
        self._prose(*targets.target_summary(found))
        self._target_table()
        layout.write(self.document, text("docx.judgement.sending"), SUBPART)
        self._prose(*progress.lacking_paragraphs(found), *progress.invited_paragraphs(found))
        layout.write(self.document, text("docx.judgement.difficulties"), SUBPART)
        self._prose(*progress.difficulty_paragraphs(found, masked=self.masked))
        layout.write(self.document, text("docx.judgement.causes"), SUBPART)
        self._prose(BLANK)

    def _target_table(self) -> None:
        rows = targets.target_rows(self.found)
        if not rows:
            return
        header = [text(f"docx.target.{name}") for name in targets.COLUMNS]
        layout.grid(self.document, targets.WIDTHS, header, rows, centred=(0, 2, 3, 4))
        notes = targets.target_notes(self.found)
        if notes:
            head = Look(size=SMALL, bold=True, italic=True, before=6, after=2, keep=True)
            layout.write(self.document, text("docx.notes"), head)
        for note in notes:
            layout.write(self.document, note, Look(size=SMALL, italic=True, after=2))
        layout.write(self.document, "", Look(size=FINE))

    def _appendices(self) -> None:
        lacking = self.found.lacking(Obligation.REQUIRED)
        several = len(lacking) > progress.FEW
        layout.landscape(self.document)
        name = text("docx.appendix.figures")
        frame.write_appendix_head(self.document, self.heading, "I" if several else "", name)
        self._made_of()
        self._figures()
        if several:
            layout.portrait(self.document)
            name = text("docx.appendix.lacking")
            frame.write_appendix_head(self.document, self.heading, "II", name)
            self._prose(*progress.by_group(self.found.pack, lacking))

    def _figures(self) -> None:
        lines = self._in_order()
        ago = any(one.spans and one.year_ago for one in lines)
        header = figure_heads(lines, ago=ago)
        widths = _WIDER if ago else _WIDTHS
        centred = (0, *range(2, len(header)))
        layout.grid(self.document, widths, header, figure_rows(lines, ago=ago), centred=centred)

    def _in_order(self) -> list[Shown]:
        return [one for name in (*SECTIONS, _OTHER) for one in self._of(name)]

    def _made_of(self) -> None:
        """Say in small letters of which moment the figures are, and from how many reports."""
        masked = [text("docx.masked")] if self.masked else []
        made = text(
            "docx.made",
            time=wording.clock(self.found.moment),
            day=wording.day(self.found.moment),
            count=count(self.found.progress.rows)[0],
        )
        period = wording.own_name("vi", self.found.period)
        meant = text("docx.cumulative", period=period)
        for note in (made, meant, *masked):
            layout.write(self.document, note, _NOTE)


def figure_heads(lines: Sequence[Shown], *, ago: bool) -> list[str]:
    """Name the columns of the appendix; sums by what they add up, where that is more than asked."""
    heads = {name: text(f"docx.figure.{name}") for name in _HEADS}
    for name in ("so_far", "year_ago"):
        seen = next((getattr(one, name) for one in lines if one.spans and getattr(one, name)), None)
        if seen:
            span = wording.span_name("vi", seen.coverage[-1].period)
            heads[name] = text("docx.figure.span", span=span)
    names = [*_HEADS[:-1], "year_ago", _HEADS[-1]] if ago else _HEADS
    return [heads[name] for name in names]


def figure_rows(lines: Iterable[Shown], *, ago: bool = False) -> list[Sequence[str]]:
    """Return a row of the appendix for each indicator; no unit's own figure is in it."""
    return [
        [
            str(number),
            narrative.label_of(one),
            narrative.measure_of(one),
            narrative.amount(one.now),
            _sum(one, one.so_far),
            _past(one.before),
            _past(one.last_year),
            *([_sum(one, one.year_ago)] if ago else []),
            f"{one.now.given}/{one.line.expected}",
        ]
        for number, one in enumerate(lines, start=1)
    ]


def _sum(line: Shown, seen: Seen | None) -> str:
    """Write a sum over periods; what does not add up has none of its own."""
    return _past(seen) if line.so_far else text("docx.none.not_added")


def _past(seen: Seen | None) -> str:
    """Write a figure and, where not all gave one, how many did in each of its periods."""
    if seen is None:
        return text("docx.none.no_period")
    told = narrative.amount(seen)
    if seen.complete or seen.withheld:
        return told
    known = "; ".join(
        text("docx.known", given=one.given, expected=one.expected) for one in seen.coverage
    )
    return f"{told}\n({known})"
