"""Much at once, where each reply costs: the report in one message, all doubts on one card."""

from collections.abc import Sequence
from decimal import Decimal

from documents import wording
from handlers.desks import Desk
from handlers.talk import Expect
from handlers.turn import Turn
from plans.answers import AnswerKind
from plans.dialogue import Question
from plans.messages import Choice, Reply
from plans.pack import Severity

# Zalo's bots take 2,000 UTF-16 units; a second message would cost what is to be saved.
MOST_UNITS = 1_900
# Room for the marks of the choices and the line that says how to choose.
_A_MARK, _HOW_TO_CHOOSE = 4, 60
_SAMPLES = (15, 1250, 40, 30, 12, 0, 9, 5)
# What is left out where it does not fit: last figures, then measures, then the ends of labels.
_FULL, _BARE = 200, (60, 40, 25, 15)


def length(text: str) -> int:
    """Count as the platforms do: UTF-16 units."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def room_beside(*texts: str, choices: Sequence[Choice] = ()) -> int:
    """Return how much may still be said in one message beside texts and typed choices."""
    listed = sum(length(choice.label) + _A_MARK for choice in choices)
    return MOST_UNITS - sum(length(text) + 1 for text in texts) - listed - _HOW_TO_CHOOSE


def opened(turn: Turn, desk: Desk, head: str, card: Reply) -> Reply:
    """Return the card of an opened report below how to send all that is left in one message."""
    left = desk.draft.unanswered
    if len(left) < 2:
        return Reply(text=f"{head}\n{card.text}", choices=card.choices)
    below = f"{turn.text('at_once.or')}\n{card.text}"
    room = room_beside(head, below, choices=card.choices)
    lines = (head, _invitation(turn, desk, left, room), below)
    return Reply(text="\n".join(filter(None, lines)), choices=card.choices)


def _invitation(turn: Turn, desk: Desk, left: Sequence[Question], room: int) -> str:
    """Say how to send what is left in one message: all that fits, at least the example."""
    whole = len(left) == len(desk.draft.questions)
    key = "at_once.all" if whole else "at_once.rest"
    ask = turn.text(key, example=example(turn, desk, left))
    details = [(True, True, _FULL), (True, False, _FULL), (False, False, _FULL)]
    details += [(False, False, most) for most in _BARE]
    for measured, with_past, most in details:
        lines = [_line(turn, desk, q, measured, with_past, most) for q in left]
        text = "\n".join([ask, *lines])
        if length(text) <= room:
            return text
    return ask


def _line(
    turn: Turn, desk: Desk, question: Question, measured: bool, with_past: bool, most: int
) -> str:
    label = question.indicator.label.in_language(turn.language)
    if len(label) > most:
        label = f"{label[: most - 1].rstrip()}…"
    hints = []
    if measured:
        hints.append(question.indicator.measure.in_language(turn.language))
        hints += [turn.text("at_once.part", number=q.number) for q in _wholes(desk, question)]
    previous = desk.past.previous.get(question.code)
    if with_past and previous is not None:
        value = wording.figure(turn.language, question, previous)
        hints.append(turn.text("card.before", value=value))
    return f"{question.number}. {label}" + (f" ({'; '.join(hints)})" if hints else "")


def _wholes(desk: Desk, question: Question) -> list[Question]:
    """Return the questions whose figure counts what this one counts a part of."""
    parts = (check for check in desk.pack.checks if check.severity is Severity.REFUSE)
    codes = [check.whole for check in parts if check.part == question.code]
    return [q for q in desk.draft.questions if q.code in codes]


def example(turn: Turn, desk: Desk, asked: Sequence[Question]) -> str:
    """Return a message that answers some questions: in order if they are all, else by number."""
    figures = _figures(desk, asked)
    texts = [
        turn.text("state.yes")
        if question.indicator.answer_kind is AnswerKind.YES_NO
        else f"{figures[question.code]:f}"
        for question in asked
    ]
    if len(asked) == len(desk.draft.questions):
        return f"BC {' '.join(texts)}"
    pairs = zip(asked, texts, strict=True)
    return " ".join(["BC", *(f"{question.number}: {text}" for question, text in pairs)])


def _figures(desk: Desk, asked: Sequence[Question]) -> dict[str, Decimal]:
    """Return a figure for each question within its bounds, no part above its whole."""
    figures = {
        code: answer.number
        for code, answer in desk.draft.answers.items()
        if answer.number is not None
    }
    given = set(figures) - {question.code for question in asked}
    for question in asked:
        indicator, sample = question.indicator, _SAMPLES[(question.number - 1) % len(_SAMPLES)]
        figures[question.code] = Decimal(min(max(sample, indicator.least), indicator.most))
    for check in (*desk.pack.checks, *desk.pack.checks):
        if check.part in figures and check.whole in figures:
            least = min(figures[check.part], figures[check.whole])
            if check.part not in given:
                figures[check.part] = least
            elif check.whole not in given:
                figures[check.whole] = max(figures[check.part], figures[check.whole])
    return figures


def mend_line(turn: Turn, desk: Desk, asked: Sequence[Question]) -> str:
    """Say how to answer some questions, unclear or open, in one message; "" for none."""
    return turn.text("at_once.mend", example=example(turn, desk, asked)) if asked else ""


def doubts_card(turn: Turn, desk: Desk, *, before: str = "") -> Reply:
    """Ask about all doubtful answers at once, as many as one message holds."""
    turn.talk.asking = ""
    turn.talk.expect = Expect.DOUBTS
    # A number here is an answer to none of them in particular.
    turn.asks_figure = True
    doubted = desk.draft.doubted
    open_ones = {question.code for question in (*doubted, *desk.draft.unanswered)}
    mend = mend_line(turn, desk, [q for q in desk.draft.questions if q.code in open_ones])
    more = (turn.once("card.edit", "/sua"), turn.once("card.later", "/huy"))
    all_right = turn.text("at_once.all_right")
    room = room_beside(before, all_right, mend, turn.text("at_once.keep_all"), choices=more)
    shown: list[Question] = []
    lines: list[str] = []
    for question in doubted:
        line = _doubt_line(turn, desk, question)
        room -= length(line) + 1
        if shown and room < 0:
            break
        shown.append(question)
        lines.append(line)
    codes = " ".join(question.code for question in shown)
    text = "\n".join(filter(None, (before, *lines, all_right, mend)))
    return Reply(text=text, choices=(turn.once("at_once.keep_all", f"/giu {codes}"), *more))


def _doubt_line(turn: Turn, desk: Desk, question: Question) -> str:
    answer = desk.draft.answers[question.code]
    if answer.doubt is None:
        raise ValueError(f"{question.code} is not doubted")
    return turn.text(
        "card.doubt",
        doubt=wording.doubt_text(turn.language, desk.pack, answer.doubt),
        value=wording.figure(turn.language, question, answer),
        number=question.number,
    )
