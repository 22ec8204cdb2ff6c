"""Read a coordinator's question in their own words: what is asked, of which period and unit.

Nothing is guessed: what may be two things is asked back, what is nearly something is offered.
"""

import re
from dataclasses import replace

from handlers.question_meaning import Meaning
from handlers.question_parts import Parts
from handlers.question_read import (
    AT_MOST,
    OFFERED,
    Intent,
    Nearest,
    Read,
    Vocabulary,
    different,
    line_of,
)
from handlers.question_words import ALSO, ELSE, Kind
from handlers.spoken_period import NoSuchPeriod
from plans.spelling import plain, says, tidy
from plans.vocabulary import (
    ABSENT_PHRASES,
    MISSING_PHRASES,
    NO_PHRASES,
    YES_PHRASES,
    ZERO_PHRASES,
)

LONGEST = 160
# A whole report, a receipt, a figure alone: answers, however they go on.
_ANSWERS = re.compile(
    r"\W*(?:(?:bc|b/c|bao ?cao)\s*[:.]?\s*[\d-]|[a-z]{2}\d{2}[a-z]?\s*[=:-]"
    r"|\d+[\W\d]*$|(?:cau|c)\s*\d+\b)"
)
_SIGNS = re.compile(r"[.,;:?!]+")


def intent_of(words: str, vocabulary: Vocabulary) -> Read:
    """Read a sentence: what it asks, what it may ask, or None where it asks nothing known."""
    if len(words) > LONGEST or _ANSWERS.match(plain(words)) or _is_answer(words):
        return None
    parts = Parts(vocabulary, words)
    try:
        parts.take()
        read = Meaning(parts, words).read()
    except NoSuchPeriod as missing:
        read = _which_period(parts, words, missing.year)
    if isinstance(read, Intent):
        return _answerable(vocabulary, read, words)
    if isinstance(read, Nearest):
        options = different(vocabulary, read.options)
        return replace(read, options=options) if options else None
    return None


def _is_answer(words: str) -> bool:
    """Say whether a sentence is what somebody says who is asked for a figure."""
    said = _SIGNS.sub(" ", tidy(words)).split()
    known = (ZERO_PHRASES, MISSING_PHRASES, ABSENT_PHRASES, YES_PHRASES, NO_PHRASES)
    return any(says(said, phrases) for phrases in known)


def _answerable(vocabulary: Vocabulary, intent: Intent, words: str) -> Read:
    """Offer what is near where no command answers what is asked."""
    if line_of(intent, vocabulary):
        return intent
    others = [replace(intent, kind=kind) for kind in (*ALSO.get(intent.kind, ()), *ELSE)]
    options = different(vocabulary, others)[:OFFERED]
    return Nearest(about="kind", words=words, options=options)


def _which_period(parts: Parts, words: str, year: int | None) -> Read:
    """Offer the periods that there are in place of one that there is not."""
    spoken = parts.vocabulary.spoken
    near = [period for period in spoken.near(year) if not period.form]
    meaning = Meaning(parts, words)
    try:
        parts.skip_period()
    except NoSuchPeriod:
        return None
    read = meaning.read()
    if isinstance(read, Nearest) and read.about != "kind":
        return read
    intent = read if isinstance(read, Intent) else read.options[0] if read else None
    if intent is None:
        if parts.unknown:
            return None
        intent = Intent(kind=Kind.PROGRESS)
    options = tuple(replace(intent, period=period.id) for period in near[:AT_MOST])
    return Nearest(about="period", words=words, options=options, sure=True)
