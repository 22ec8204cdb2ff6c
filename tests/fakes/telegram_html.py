"""Telegram's HTML: text and entities out of it, or Telegram's own complaint."""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from tests.fakes.telegram_entities import Entity, units
from tests.fakes.telegram_refusals import Refusal, bad

TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
KNOWN = {*TYPES, "a"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));?")
SPACE = " \t\n\r\0\v"
NAME_ENDS = re.compile(f"[{SPACE}>]")
ATTRIBUTE = re.compile(f"[^{SPACE}=>/\"']*")
TOKEN = re.compile(r"[a-zA-Z0-9.-]*")


@dataclass(slots=True)
class Open:
    """A tag that waits for its end."""

    tag: str
    argument: str
    offset: int
    begins: int


@dataclass(slots=True)
class Reader:
    """One reading of a text from its beginning to its end."""

    html: str
    at: int = 0
    kept: list[str] = field(default_factory=list)
    offset: int = 0
    nested: list[Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def read(self) -> tuple[str, list[Entity]]:
        """Return the text and its entities."""
        while self.at < len(self.html):
            if self.html.startswith("</", self.at):
                self._end()
            elif self.html[self.at] == "<":
                self._start()
            else:
                self._keep()
        if self.nested:
            tag = self.nested[-1].tag
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{tag}"')
        text = "".join(self.kept)
        if re.search("[\ud800-\udfff]", text):
            raise _wrong(
                "Text contains invalid Unicode characters after decoding HTML entities, check for "
                "unmatched surrogate code units"
            )
        # A language belongs to `pre` around `code`; alone, `code` has none.
        plain = [replace(e, language="") if e.type == "code" else e for e in self.entities]
        return text, sorted(plain, key=Entity.order)

    def _keep(self) -> None:
        character, self.at = decoded(self.html, self.at)
        self.kept.append(character)
        self.offset += units(character)

    def _byte(self, at: int) -> int:
        return len(self.html[:at].encode(errors="surrogatepass"))

    def _skip_space(self) -> None:
        while self.at < len(self.html) and self.html[self.at] in SPACE:
            self.at += 1

    def _start(self) -> None:
        begin = self.at
        ends = NAME_ENDS.search(self.html, begin)
        if ends is None:
            raise _wrong(f"Unclosed start tag at byte offset {self._byte(begin)}")
        tag = self.html[begin + 1 : ends.start()].lower()
        if tag not in KNOWN:
            raise _wrong(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        self.at = ends.start()
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            where = self._byte(begin)
            raise _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
        self.nested.append(Open(tag, argument, self.offset, len(self.kept)))

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while True:
            self._skip_space()
            if self.html[self.at : self.at + 1] == ">":
                self.at += 1
                return argument
            name, value = self._attribute(tag, begin)
            match tag, name:
                case ("a", "href"):
                    argument = value
                case ("code", "class") if value.startswith("language-"):
                    argument = value.removeprefix("language-")
                case ("span", "class") if value.startswith("tg-"):
                    argument = value.removeprefix("tg-")
                case ("blockquote", "expandable"):
                    argument = "1"

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        where = self._byte(begin)
        name = _matched(ATTRIBUTE, self.html, self.at)
        unclosed = _wrong(f'Unclosed start tag "{tag}" at byte offset {where}')
        if not name:
            # A string that ends inside a tag ends here too.
            raise _wrong(f'Empty attribute name in the tag "{tag}" at byte offset {where}')
        self.at += len(name)
        self._skip_space()
        if self.at >= len(self.html):
            raise unclosed
        if self.html[self.at] != "=":
            return name, ""
        self.at += 1
        self._skip_space()
        if self.at >= len(self.html):
            raise unclosed
        value = self._quoted() if self.html[self.at] in "\"'" else self._token()
        if self.at >= len(self.html):
            raise _wrong(f"Unclosed start tag at byte offset {where}")
        return name, value

    def _token(self) -> str:
        value = _matched(TOKEN, self.html, self.at)
        begin, self.at = self.at, self.at + len(value)
        if self.html[self.at : self.at + 1] not in (">", *SPACE):
            raise _wrong(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return value.lower()

    def _quoted(self) -> str:
        quote, self.at = self.html[self.at], self.at + 1
        value = ""
        while self.at < len(self.html) and self.html[self.at] != quote:
            character, self.at = decoded(self.html, self.at)
            value += character
        self.at += 1
        return value

    def _end(self) -> None:
        begin = self.at
        where = self._byte(begin)
        if not self.nested:
            raise _wrong(f"Unexpected end tag at byte offset {where}")
        ends = NAME_ENDS.search(self.html, begin)
        self.at = ends.start() if ends else len(self.html)
        name = self.html[begin + 2 : self.at].lower()
        self._skip_space()
        if self.html[self.at : self.at + 1] != ">":
            raise _wrong(f"Unclosed end tag at byte offset {where}")
        self.at += 1
        opened = self.nested[-1]
        if name and name != opened.tag:
            raise _wrong(
                f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", '
                f'found "</{name}>"'
            )
        self.nested.pop()
        if self.offset > opened.offset:
            self._mark(opened)

    def _mark(self, opened: Open) -> None:
        place = Entity(type="", offset=opened.offset, length=self.offset - opened.offset)
        last = self.entities[-1] if self.entities else None
        same = last is not None and (last.offset, last.length) == (place.offset, place.length)
        if opened.tag == "a":
            self.entities += _link(place, opened.argument or "".join(self.kept[opened.begins :]))
        elif opened.tag == "pre" and last and same and last.type == "code" and last.language:
            self.entities[-1] = replace(last, type="pre")
        elif opened.tag == "code" and last and same and last.type == "pre" and opened.argument:
            self.entities[-1] = replace(last, language=opened.argument)
        elif opened.tag == "code":
            self.entities.append(replace(place, type="code", language=opened.argument))
        elif opened.tag == "blockquote" and opened.argument:
            self.entities.append(replace(place, type="expandable_blockquote"))
        else:
            self.entities.append(replace(place, type=TYPES[opened.tag]))


def read_html(html: str) -> tuple[str, list[Entity]]:
    """Return the text of Telegram's HTML and its entities, or refuse it."""
    return Reader(html).read()


def decoded(html: str, at: int) -> tuple[str, int]:
    """Return the character at a place, out of `&…;` where it stands so, and the next place."""
    reference = CHARACTER.match(html, at)
    if reference is None:
        return html[at], at + 1
    sixteen, ten, name = reference.groups()
    if name:
        character = NAMED.get(name, "")
    else:
        digits = reference[0].rstrip(";")
        code = int(sixteen, 16) if sixteen else int(ten)
        character = chr(code) if 0 < code < 0x10FFFF and len(digits) < 10 else ""
    return (character, reference.end()) if character else (html[at], at + 1)


def checked_link(url: str) -> str:
    """Return a link as Telegram writes it, "" for what is none."""
    if url.lower().startswith("tg:"):
        return "tg://" + url[3:].removeprefix("//")
    try:
        split = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        return ""
    if split.scheme.lower() not in ("http", "https") or "." not in (split.hostname or ""):
        return ""
    if re.search(r"\s", url):
        return ""
    return split._replace(scheme=split.scheme.lower(), path=split.path or "/").geturl()


def _link(place: Entity, url: str) -> list[Entity]:
    if url.startswith("tg://user?"):
        number = parse_qs(url.partition("?")[2]).get("id", ["0"])[0]
        person = int(number) if number.isdecimal() else 0
        return [replace(place, type="text_mention", user=person)] if person else []
    link = checked_link(url)
    return [replace(place, type="text_link", url=link)] if link else []


def _matched(pattern: re.Pattern[str], text: str, at: int) -> str:
    found = pattern.match(text, at)
    return found[0] if found else ""


def _wrong(sentence: str) -> Refusal:
    return bad(f"Can't parse entities: {sentence}")
