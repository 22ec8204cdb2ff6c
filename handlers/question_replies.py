"""Answer questions in one's own words: by the command that is meant, or by asking back."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from documents import wording
from handlers.desks import roles_for
from handlers.question_read import OFFERED, Intent, Nearest, Vocabulary, line_of
from handlers.question_words import OF_INDICATORS
from handlers.questions import intent_of
from handlers.talk import Expect
from handlers.turn import Turn
from plans.messages import Choice, Reply
from plans.people import Action, Role
from plans.spelling import plain

Run = Callable[[Turn, str], Reply]

_LONGEST_LABEL = 60
# What of a sentence these commands do not read by themselves, a question may say.
_READ_LESS = frozenset(
    {"/tiendo", "/huyen", "/chuanop", "/nopcham", "/xuhuong", "/tonghop", "/chitieu", "/xem"}
    | {"/dondoc", "/vuongmac", "/giaidoan", "/lydocham", "/dunghan", "/hannop"}
)
# To a unit's own reporter these commands write down what follows them.
_NOTES_DOWN = frozenset({"/vuongmac", "/lydocham"})
_PERIOD = re.compile(r"\b(?:quy|qui|q) ?\d\b|\b\d+ ?(?:thang|t)\b|\b20\d\d\b")


@dataclass(frozen=True, slots=True)
class Heard:
    """What a sentence was read as, by a reader in a role; `only` where they have no other."""

    role: Role
    vocabulary: Vocabulary
    read: Intent | Nearest
    only: bool

    def line(self, intent: Intent) -> str:
        """Return the command that answers, in the role that it was read in."""
        line = line_of(intent, self.vocabulary)
        return line if self.only else f"/donvi {self.role.id} {line}"


def answered(turn: Turn, text: str, commands: Collection[str], run: Run) -> Reply | None:
    """Answer a question of somebody who may see others' reports; None where it is none."""
    heard = _heard(turn, text, commands)
    if not heard:
        return None
    if len(heard) > 1:
        return _which_role(turn, heard)
    if (
        isinstance(heard[0].read, Nearest)
        and heard[0].read.faint
        and roles_for(turn, Action.REPORT)
    ):
        return None
    if isinstance(heard[0].read, Intent):
        return run(turn, heard[0].line(heard[0].read))
    return _asked_back(turn, heard[0], heard[0].read)


def better(turn: Turn, name: str, text: str, commands: Collection[str], run: Run) -> Reply | None:
    """Answer words that begin as a command where they ask more than the command reads by itself."""
    if name not in _READ_LESS or (name in _NOTES_DOWN and roles_for(turn, Action.REPORT)):
        return None
    heard = _heard(turn, text, commands)
    if len(heard) != 1 or _no_better(heard[0].read):
        return None
    return answered(turn, text, commands, run)


def _no_better(read: Intent | Nearest) -> bool:
    """Say whether the command asks back just as well itself."""
    if isinstance(read, Intent):
        return False
    return read.about == "kind" or (read.about == "unit" and not read.sure)


def carries_figures(text: str) -> bool:
    """Say whether a sentence holds a figure beside the periods that it names."""
    return any(sign.isdigit() for sign in _PERIOD.sub("", plain(text)))


def _heard(turn: Turn, text: str, commands: Collection[str]) -> list[Heard]:
    """Read a sentence in each role that it may be said in; only where no answer is awaited."""
    if turn.talk.expect is not Expect.NOTHING:
        return []
    found, roles = [], _roles(turn)
    if roles_for(turn, Action.REPORT):
        commands = set(commands) - _NOTES_DOWN
    for role in roles:
        vocabulary = Vocabulary(
            pack=turn.pack(role),
            calendar=turn.world.calendars[role.plan],
            today=turn.today,
            root=role.unit,
            commands=frozenset(commands),
        )
        if read := intent_of(text, vocabulary):
            found.append(Heard(role, vocabulary, read, len(roles) == 1))
    return [one for one in found if isinstance(one.read, Intent)] or found


def _roles(turn: Turn) -> Sequence[Role]:
    fitting = roles_for(turn, Action.SEE_OTHERS)
    return [role for role in fitting if role.id == turn.talk.role] or fitting


def _which_role(turn: Turn, heard: Sequence[Heard]) -> Reply:
    """Ask in which of several roles, each with its own answer to the same words."""
    choices = []
    for one in heard:
        pack = one.vocabulary.pack
        name = wording.body_name(pack, one.role.unit) if one.role.unit else pack.coordinator.short
        first = one.read if isinstance(one.read, Intent) else one.read.options[0]
        label = f"{name} · {pack.title.in_language(turn.language)}"
        choices.append(turn.once_labelled(label, one.line(first)))
    return turn.say("desk.choose", *choices)


def _asked_back(turn: Turn, heard: Heard, nearest: Nearest) -> Reply:
    """Ask which of several is meant, or offer what is near."""
    vocabulary = heard.vocabulary
    labels = [_label(turn, vocabulary, nearest, intent) for intent in nearest.options]
    choices = [
        Choice(label=label, data=heard.line(intent))
        for label, intent in zip(labels, nearest.options, strict=True)
    ]
    if nearest.about == "unit" and nearest.sure and len(labels) <= OFFERED:
        names = turn.text("question.or").join(labels)
        return turn.say("question.unit", *choices, words=nearest.words, names=names)
    if nearest.about == "place":
        return turn.say("question.no_unit", *choices, words=nearest.words)
    key = f"question.which.{nearest.about}" if nearest.sure else "question.nearest"
    return Reply(text=turn.text(key), choices=tuple(choices))


def _label(turn: Turn, vocabulary: Vocabulary, nearest: Nearest, intent: Intent) -> str:
    pack, language = vocabulary.pack, turn.language
    if nearest.about == "unit":
        return pack.tree.title(intent.unit)
    if nearest.about == "indicator":
        return f"{intent.code} · {pack.indicators[intent.code].label.in_language(language)}"
    if nearest.about == "target":
        texts = {target.id: target.text for target in pack.targets}
        return _short(f"{intent.target} · {texts[intent.target]}")
    period = next(p for p in vocabulary.calendar if p.id == intent.period)
    if nearest.about == "period":
        return wording.period_name(language, period)
    parts = [turn.text(f"question.kind.{intent.kind}")]
    if intent.code and intent.kind in OF_INDICATORS:
        parts.append(pack.indicators[intent.code].label.in_language(language))
    if intent.unit:
        parts.append(pack.tree[intent.unit].name)
    if len(intent.types) == 1:
        parts.append(pack.unit_types[intent.types[0]].name.in_language(language))
    if len({one.period for one in nearest.options}) > 1:
        parts.append(wording.period_name(language, period))
    return _short(" · ".join(parts))


def _short(label: str) -> str:
    """Cut a label at a word's end where it would not fit on a button."""
    if len(label) <= _LONGEST_LABEL:
        return label
    return label[:_LONGEST_LABEL].rpartition(" ")[0] + "…"
