"""Formatting as Telegram stores it: entities in UTF-16 units, sorted, split and trimmed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from tests.fakes.telegram_refusals import Json, bad

MOST_ENTITIES = 100  # the server drops what comes after
# Of two entities at one place and of one length the lower number is the outer one.
PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTES = ("blockquote", "expandable_blockquote")
SOLID = ("pre", "code")
DROPPED = "\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a"
UNWANTED = re.compile(f"[\0-\x09\x0b-\x1f{DROPPED}]")
# What Telegram finds by itself; a link without a scheme is found for a few endings only.
FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,:;!?')\]]"
    r"|(?<![\w@./])(?:[a-z0-9-]+\.)+(?:vn|com|org|net|me|info|io)\b(?:/[^\s<>\"]*[^\s<>\".,:;!?')\]])?)"
    r"|(?P<email>(?<![\w.])[\w.+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+)"
    r"|(?P<mention>(?<!\w)@[a-zA-Z0-9_]{2,32}(?!\w))"
    r"|(?P<bot_command>(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<hashtag>(?<![\w·])#\w*[^\W\d_]\w*(?![\w#]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A piece of text with a meaning; offset and length count UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""
    language: str = ""
    user: int = 0

    @property
    def end(self) -> int:
        """Return where it ends."""
        return self.offset + self.length

    def order(self) -> tuple[int, int, int]:
        """Return the key by which Telegram sorts."""
        return self.offset, -self.length, PRIORITY.get(self.type, 50)

    def as_json(self) -> Json:
        """Return it as bots get it."""
        told: Json = {"offset": self.offset, "length": self.length, "type": self.type}
        if self.url:
            told["url"] = self.url
        if self.language:
            told["language"] = self.language
        if self.user:
            told["user"] = {"id": self.user, "is_bot": False, "first_name": ""}
        return told


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and its entities."""

    text: str
    entities: tuple[Entity, ...] = ()

    def told(self) -> list[Json]:
        """Return the entities as bots get them."""
        return [entity.as_json() for entity in self.entities]


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def piece(text: str, offset: int, length: int) -> str:
    """Return the part of a text that an entity covers."""
    coded = text.encode("utf-16-le", "surrogatepass")
    return coded[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def found(text: str) -> list[Entity]:
    """Return the links, commands, mentions and hashtags that Telegram marks by itself."""
    return [
        Entity(type=str(m.lastgroup), offset=units(text[: m.start()]), length=units(m[0]))
        for m in FOUND.finditer(text)
    ]


def finished(text: str, entities: Iterable[Entity] = ()) -> Formatted:
    """Return a text as Telegram keeps it: cleaned, entities put in order, and trimmed."""
    clean, marks = _cleaned(text, _in_order(entity for entity in entities if entity.length > 0))
    formatted = _trimmed(clean, _in_order(marks))
    kept = [entity for entity in formatted.entities if entity.type not in (*SPLITTABLE, *QUOTES)]
    new = [
        entity
        for entity in found(formatted.text)
        if not any(entity.offset < old.end and old.offset < entity.end for old in kept)
    ]
    return replace(
        formatted, entities=tuple(_in_order([*formatted.entities, *new])[:MOST_ENTITIES])
    )


def _in_order(entities: Iterable[Entity]) -> list[Entity]:
    ordered = sorted(entities, key=Entity.order)
    quotes = _apart(entity for entity in ordered if entity.type in QUOTES)
    whole = [
        entity
        for entity in _apart(e for e in ordered if e.type not in (*QUOTES, *SPLITTABLE))
        if not any(_crosses(entity, quote) for quote in quotes)
    ]
    firm = sorted([*quotes, *whole], key=Entity.order)
    split = _split([entity for entity in ordered if entity.type in SPLITTABLE], firm)
    return sorted([*firm, *split], key=Entity.order)


def _apart(entities: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    for entity in entities:
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _crosses(entity: Entity, quote: Entity) -> bool:
    if quote.end <= entity.offset or entity.end <= quote.offset:
        return False
    return quote.end < entity.end or entity.offset < quote.offset


def _split(entities: list[Entity], firm: list[Entity]) -> list[Entity]:
    """Cut bold, italic… so that none crosses another: `<b>a<i>b</i></b>` is bold, bold + italic."""
    runs = {kind: _runs(kind, entities) for kind in SPLITTABLE}
    edges = {edge for entity in firm for edge in (entity.offset, entity.end)}
    pieces = []
    for kind in SPLITTABLE:
        starts = {start for other in SPLITTABLE for start, _ in runs[other]}
        for start, end in runs[kind]:
            cuts = {cut for cut in starts | edges if start < cut < end}
            marks = sorted({start, end, *cuts})
            pieces += [
                Entity(type=kind, offset=left, length=right - left)
                for left, right in pairwise(marks)
            ]
    return [p for p in pieces if not any(_inside(p, solid) for solid in firm)]


def _runs(kind: str, entities: list[Entity]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for entity in entities:
        if entity.type != kind:
            continue
        if runs and entity.offset <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(runs[-1][1], entity.end))
        else:
            runs.append((entity.offset, entity.end))
    return runs


def _inside(entity: Entity, solid: Entity) -> bool:
    return solid.type in SOLID and solid.offset <= entity.offset and entity.end <= solid.end


def _cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Make control characters spaces and drop those that Telegram drops, moving the entities."""
    total = units(text)
    for entity in entities:
        if entity.offset > total or entity.end > total:
            raise bad(
                f"Entity beginning at UTF-16 offset {entity.offset} ends after the end of the text "
                f"at UTF-16 offset {entity.end}"
            )
    if not UNWANTED.search(text):
        return text, entities
    kept: list[str] = []
    moved = [0]  # where each UTF-16 unit of the old text stands in the new one
    for character in text:
        dropped = character in DROPPED
        if not dropped:
            kept.append(" " if character < " " and character != "\n" else character)
        width = units(character)
        here = moved[-1]
        moved += [here + (0 if dropped else step) for step in range(1, width + 1)]
    marks = [
        replace(e, offset=moved[e.offset], length=moved[e.end] - moved[e.offset]) for e in entities
    ]
    return "".join(kept), [entity for entity in marks if entity.length > 0]


def _trimmed(text: str, entities: list[Entity]) -> Formatted:
    right = text.rstrip(" \n")
    end = units(right)
    marks = [
        replace(entity, length=min(entity.end, end) - entity.offset)
        for entity in entities
        if entity.offset < end
    ]
    first = min((entity.offset for entity in marks), default=end)
    spaces = min(len(right) - len(right.lstrip(" \n")), first)
    return Formatted(
        right[spaces:], tuple(replace(entity, offset=entity.offset - spaces) for entity in marks)
    )
