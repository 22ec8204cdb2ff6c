"""Paragraphs made of figures by templates: what the figures say, and nothing about why.

Nothing occurred, no figure, nothing received and not asked are four things, worded differently.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

import locales
from documents import wording
from documents.docx_bodies import text
from documents.docx_seen import Seen, Shown, same_units
from documents.masking import small_words
from plans.stretches import Coverage


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
    return bool(line.head.given)


def _nothing_occurred(line: Shown) -> bool:
    return line.head.whole and line.head.number == 0 and not line.line.counts_units


def _told(line: Shown) -> bool:
    return _answered(line) and not _nothing_occurred(line)


def _item(line: Shown) -> str:
    """Tell one figure with how it stands to last year's, the span that the period names first."""
    told = [_head(line), _last_year(line)]
    if line.spans:
        told.append(_own(line))
    return text("docx.item", label=label_of(line), told="; ".join(one for one in told if one))


def _head(line: Shown) -> str:
    """Tell what a figure comes to, and from how many units."""
    if line.spans:
        name, head = _span(line), amount(line.head, measure_of(line))
        return text("docx.span", name=name, amount=head) + _lacking(line.head.coverage[:-1])
    if line.line.counts_units and line.now.number is not None:
        share = share_of(line.now.number, Decimal(line.now.given))
        words = text("docx.yes", yes=line.now.number, given=line.now.given, share=share)
    else:
        words = amount(line.now, measure_of(line))
    return words + _behind(line.now, line.line.expected)


def _own(line: Shown) -> str:
    """Tell what the period alone adds to the span."""
    name = wording.own_name("vi", line.head.coverage[-1].period)
    words = text("docx.own", name=name, amount=amount(line.now, measure_of(line)))
    return words + (_behind(line.now, line.line.expected) if line.now.given else "")


def _span(line: Shown) -> str:
    return wording.span_name("vi", line.head.coverage[-1].period)


def _lacking(coverage: Iterable[Coverage]) -> str:
    """Name the periods of a sum that lack, all of them or the figures of some units."""
    told = [
        text(
            "docx.lacks_units" if one.given else "docx.lacks",
            name=wording.own_name("vi", one.period),
            given=one.given,
            expected=one.expected,
        )
        for one in coverage
        if not one.complete
    ]
    return f" ({'; '.join(told)})" if told else ""


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
        small = small_words("vi", only_small=seen.only_small)
        parts.append(text("docx.hidden", count=seen.hidden, small=small))
    if parts:
        return " + ".join(parts)
    return text("docx.none.missing" if seen.missing else "docx.none.not_received")


def _behind(seen: Seen, expected: int) -> str:
    """Say from how many units a figure is known, where not all gave one."""
    if seen.given >= expected:
        return ""
    return f" ({text('docx.behind', given=seen.given, expected=expected)})"


def _last_year(line: Shown) -> str:
    """Tell last year's figure, and the change of the units that gave both."""
    then = line.head_before
    if then is None or not then.whole or then.number is None or line.line.counts_units:
        return ""
    written = amount(then, measure_of(line))
    if line.spans:
        name = wording.span_name("vi", then.coverage[-1].period)
        told = text("docx.span", name=name, amount=written) + _lacking(then.coverage)
    else:
        known = then.coverage[-1]
        told = text("docx.last_year", amount=written) + _behind(then, known.expected)
    return told + _since(line, then)


def _since(line: Shown, then: Seen) -> str:
    """Tell a change over the units that gave both: all of them, or as many as it says."""
    both, head = then.matched, line.head
    if both is None or not both.units or not head.whole:
        return ""
    if same_units(line, head, then):
        return _change(both.now, both.then)
    told = text(
        "docx.matched",
        count=both.units,
        now=both.now,
        then=both.then,
        measure=measure_of(line),
    )
    return f"; {told}{_change(both.now, both.then)}"


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
    one, other = part.head.number or Decimal(0), whole.head.number or Decimal(0)
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
    if line.head.given:
        if line.spans:
            return name + _lacking(line.head.coverage)
        return name + _behind(line.now, line.line.expected)
    if line.now.missing:
        return text("docx.lacking", name=name, count=line.now.missing)
    return name


def within(label: str) -> str:
    """Write a name as it stands within a sentence."""
    return label[0].lower() + label[1:]
