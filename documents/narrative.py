"""Paragraphs made of figures by templates: what the figures say, and nothing about why.

Nothing occurred, no figure, nothing received and not asked are four things, worded differently.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

import locales
from documents import wording
from documents.docx_bodies import text
from documents.docx_seen import Seen, Shown
from plans.dialogue import SMALL_BELOW


def paragraphs(lines: Sequence[Shown], pairs: Iterable[tuple[Shown, Shown]]) -> list[str]:
    """Tell a section's figures: each that there is, then shares, noughts, and what lacks."""
    told = [line for line in lines if _told(line)]
    found = [_item(line) for line in told]
    found += [_share(part, whole) for part, whole in pairs if part in told]
    found += _listed("docx.zero", [line for line in lines if _nothing_occurred(line)])
    asked = [line for line in lines if not _answered(line) and line.line.expected]
    found += _listed("docx.missing", [line for line in asked if line.now.missing])
    found += _listed("docx.not_received", [line for line in asked if not line.now.missing])
    rest = [line for line in lines if not _answered(line) and not line.line.expected]
    return found + _listed("docx.not_asked", rest)


def _answered(line: Shown) -> bool:
    return bool(line.now.given)


def _nothing_occurred(line: Shown) -> bool:
    return line.now.whole and line.now.number == 0 and not line.line.counts_units


def _told(line: Shown) -> bool:
    return _answered(line) and not _nothing_occurred(line)


def _item(line: Shown) -> str:
    """Tell one figure with what it adds up to and how it stands to last year's."""
    if line.line.counts_units and line.now.number is not None:
        share = share_of(line.now.number, Decimal(line.now.given))
        words = text("docx.yes", yes=line.now.number, given=line.now.given, share=share)
    else:
        words = amount(line.now, measure_of(line))
    if behind := _behind(line.now, line.line.expected):
        words += f" ({behind})"
    notes = [_running(line), _last_year(line)]
    told = "; ".join([words, *(note for note in notes if note)])
    return text("docx.item", label=label_of(line), told=told)


def label_of(line: Shown) -> str:
    """Return an indicator's name."""
    return line.line.indicator.label.vi


def measure_of(line: Shown) -> str:
    """Return in what an indicator is counted."""
    return text("docx.units") if line.line.counts_units else line.line.indicator.measure.vi


def amount(seen: Seen, measure: str = "") -> str:
    """Write a figure as its reader may see it, or say that there is none."""
    if seen.withheld:
        return text("docx.withheld")
    parts = []
    if seen.number is not None:
        parts.append(f"{locales.shown('vi', seen.number)} {measure}".rstrip())
    if seen.hidden:
        parts.append(text("docx.hidden", count=seen.hidden, below=SMALL_BELOW))
    if parts:
        return " + ".join(parts)
    return text("docx.none.missing" if seen.missing else "docx.none.not_received")


def _behind(seen: Seen, expected: int) -> str:
    return text("docx.behind", given=seen.given, expected=expected) if seen.given < expected else ""


def _running(line: Shown) -> str:
    """Tell the year so far, where it is more than this period."""
    so_far, now = line.so_far, line.now
    if so_far is None or so_far.withheld or so_far.number is None or so_far.given == now.given:
        return ""
    return text("docx.so_far", amount=amount(so_far, measure_of(line)))


def _last_year(line: Shown) -> str:
    """Tell last year's figure; a change only where all units gave both, as many of them."""
    now, then = line.now, line.last_year
    if then is None or not then.whole or then.number is None or line.line.counts_units:
        return ""
    told = text("docx.last_year", amount=amount(then, measure_of(line)))
    if then.given != line.line.expected:
        return f"{told} {text('docx.from_units', given=then.given)}"
    if not now.whole or now.number is None or now.given != then.given:
        return told
    return f"{told}{_change(now.number, then.number)}"


def _change(now: Decimal, then: Decimal) -> str:
    if now == then:
        return text("docx.unchanged")
    key = "docx.more" if now > then else "docx.fewer"
    difference = text(key, difference=abs(now - then))
    if not then:
        return difference
    return f"{difference} ({share_of(abs(now - then), then)})"


def share_of(part: Decimal, whole: Decimal) -> str:
    """Write an exact share, rounded so that it never claims more than there is."""
    share = Fraction(part) / Fraction(whole) if whole else Fraction(0)
    return wording.percent("vi", share.numerator, share.denominator)


def _share(part: Shown, whole: Shown) -> str:
    one, other = part.now.number or Decimal(0), whole.now.number or Decimal(0)
    return text(
        "docx.share",
        part=label_of(part),
        whole=within(label_of(whole)),
        numbers=f"{locales.shown('vi', one)}/{locales.shown('vi', other)}",
        share=share_of(one, other),
    )


def _listed(key: str, lines: Sequence[Shown]) -> list[str]:
    if not lines:
        return []
    return [text(key, names="; ".join(_named(line) for line in lines))]


def _named(line: Shown) -> str:
    """Name an indicator within a sentence, with how many units it is known from."""
    name = within(label_of(line))
    if line.now.given and (behind := _behind(line.now, line.line.expected)):
        return f"{name} ({behind})"
    if not line.now.given and line.now.missing:
        return text("docx.lacking", name=name, count=line.now.missing)
    return name


def within(label: str) -> str:
    """Write a name as it stands within a sentence."""
    return label[0].lower() + label[1:]
