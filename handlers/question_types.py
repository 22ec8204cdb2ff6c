"""Types of units as questions name them: communes, districts, departments, invited bodies."""

import re
from collections import Counter
from collections.abc import Collection

from handlers.question_units import names_of
from handlers.question_words import GAP
from plans.pack import Obligation, Pack
from plans.phrases import comparable

_PLACES = r"xa phuong|xa|phuong|thi tran|quan huyen|huyen|quan|thi xa|thanh pho"
# "Có mấy sở chưa nộp"; yet "bao nhiêu so với …", "các số liệu".
_SO = r"so(?= (?:nao|chua|da|con|khong|nop|gui|nay)\b|$| \|)"
_DEPARTMENTS = rf"so ban nganh|so nganh|ban nganh|{_SO}|nganh"
_BODIES = r"hoi doan the|doan the|hoi"
_NAMES = rf"{_DEPARTMENTS}|{_BODIES}|{_PLACES}"
_INVITED = (
    r"(?:cac |nhung |may )?(?:co quan|don vi|ben|khoi)(?: duoc)?(?: de nghi| moi)?"
    r" (?:phoi hop|duoc moi)(?: nao)?"
)
_FEW = r"(?:tat ca |con )?(?:cac|nhung|may|bao nhieu|khoi|moi)"
_TYPES = re.compile(
    rf"\b(?:(?P<invited>{_INVITED})|(?P<asked>{_NAMES}) nao"
    rf"|(?P<those>{_FEW} (?P<several>{_NAMES}))"
    rf"|(?P<bodies>so ban nganh|so nganh|ban nganh|hoi doan the|doan the))\b"
)
PLACES = frozenset(_PLACES.split("|"))
DISTRICTS = frozenset({"huyen", "quan huyen", "quan", "thi xa", "thanh pho"})


def types_in(pack: Pack, text: str) -> tuple[str, tuple[str, ...], str]:
    """Return the word for a type of unit in a text, the types that it means, and the rest."""
    found = _TYPES.search(text)
    if not found:
        return "", (), text
    word = found["asked"] or found["several"] or found["bodies"] or "phoi hop"
    types = _meant(pack, word)
    if not types or len(types) == len(pack.unit_types):
        return "", (), text
    # A word for communes is said of every unit too, and stands before a district's name.
    behind = f"{text[: found.start()]} {GAP} {text[found.end() :]}"
    return word, types, text if word in PLACES else " ".join(behind.split())


def _meant(pack: Pack, word: str) -> tuple[str, ...]:
    if word == "phoi hop":
        invited = (key for key, one in pack.unit_types.items() if _is_invited(one.obligation))
        return tuple(invited)
    if word in PLACES:
        return _of_places(pack, word.split()[0] if word == "xa phuong" else word)
    begins = "hoi " if word in _BODIES.split("|") else "so "
    provincial = {unit.type for unit in pack.tree if not unit.parent}
    named = {u.type for u in pack.tree if not u.parent and comparable(u.name).startswith(begins)}
    if word not in ("so", *_BODIES.split("|")):
        below = set(_of_places(pack, "xa")) | set(_of_places(pack, "huyen"))
        required = {k for k, one in pack.unit_types.items() if not _is_invited(one.obligation)}
        named = (provincial - below - set(_meant(pack, "hoi"))) & required
    return _ordered(pack, named)


def _ordered(pack: Pack, types: Collection[str]) -> tuple[str, ...]:
    """Return types by how many units are of them, the most first."""
    counts = Counter(unit.type for unit in pack.tree)
    return tuple(sorted((k for k in pack.unit_types if k in types), key=lambda k: -counts[k]))


def _is_invited(obligation: Obligation) -> bool:
    return obligation is Obligation.INVITED


def _of_places(pack: Pack, word: str) -> tuple[str, ...]:
    return _ordered(pack, names_of(pack.tree).places[word in DISTRICTS])
