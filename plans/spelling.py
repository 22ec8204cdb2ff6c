"""How Vietnamese is typed, pasted and broken, made comparable; nothing here knows a meaning."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
# Eth and African D look exactly like Đ; keyboards and OCR mix them up.
_LOOKALIKES = {0xD0: "Đ", 0xF0: "đ", 0x189: "Đ", 0x256: "đ"}
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"), "-")
_BLANKS = dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000, 0x115F, 0x3164), " ")
_HIDDEN = (
    *(0xAD, 0x34F, 0x180E, 0x61C, 0xFEFF),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
)
_UNSEEN = dict.fromkeys(_HIDDEN)
_LEGIBLE = {**_WIDE, **_LOOKALIKES, **_DASHES, **_BLANKS, **_UNSEEN}
Phrases = Mapping[str, tuple[tuple[str, ...], ...]]

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_FINAL_Y = re.compile(r"(?<=[bcdđghklmnpqrstvx])y$|(?<=^qu)y$")

# Letters and signs of the old TCVN3 and VNI encodings, and of UTF-8 read as Latin-1, that
# Unicode Vietnamese never puts beside a letter.
_SIGNS = "¡£¤¥¦§¨¬®¯µ¶·¸ÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñöøûüþÿ\ufffd"
_GARBLED = re.compile(
    rf"[^\W\d_][{_SIGNS}]|[{_SIGNS}][^\W\d_]|[a-zA-Z][©ª«¹º»¼½¾\u00ad?][a-zA-Z]"
    rf"|®[{_SIGNS}]|(?i:[oae]â|[ae]ê|[aeoôêâ]ù)|Ä[\u0080-\u00bf‘’“”]|Æ[°¡]|Ã[\u0080-\u00bf]"
    r"|á[º»][\u0080-\uffff]"
)


def legible(text: str) -> str:
    """Compose text and replace what only looks different; case and line breaks stay."""
    return unicodedata.normalize("NFC", text.translate(_LEGIBLE))


def tidy(text: str) -> str:
    """Return legible text in lower case on one line with single spaces; accents stay."""
    return " ".join(unicodedata.normalize("NFC", legible(text).lower()).split())


def plain(text: str) -> str:
    """Return tidy text without accents, so that "Đức Linh" and "duc linh" are one."""
    bare = unicodedata.normalize("NFD", tidy(text).replace("đ", "d"))
    return " ".join("".join(mark for mark in bare if unicodedata.category(mark) != "Mn").split())


def looks_garbled(text: str) -> bool:
    """Say whether text was pasted from a TCVN3 or VNI document, or lost its encoding."""
    return _GARBLED.search(unicodedata.normalize("NFC", text)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Words that are known accented, in either tone position, or without any accent."""

    marked: frozenset[str]
    bare: frozenset[str]

    def knows(self, typed: str) -> bool:
        """Say whether a typed word is one of these; a wrong accent is another word."""
        folded = _FINAL_Y.sub("i", typed)
        return spelled(typed) in self.marked or (plain(typed) == typed and folded in self.bare)


def lexicon(*words: str) -> Lexicon:
    """Build a lexicon from words, or from strings of words parted by spaces."""
    every = [word for line in words for word in line.split()]
    return Lexicon(
        marked=frozenset(spelled(word) for word in every),
        bare=frozenset(_FINAL_Y.sub("i", plain(word)) for word in every),
    )


def same_word(typed: str, meant: str) -> bool:
    """Say whether a word was typed with its accents, or with none at all."""
    return spelled(typed) == spelled(meant) or (
        plain(typed) == typed and _FINAL_Y.sub("i", typed) == _FINAL_Y.sub("i", plain(meant))
    )


def spelled(word: str) -> str:
    """Key a word by its letters and tone, so that hoà is hòa and kỳ is kì."""
    parts = unicodedata.normalize("NFD", word)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    tones = "".join(mark for mark in parts if mark in _TONES)
    return _FINAL_Y.sub("i", letters) + tones


def phrases(*lines: str) -> Phrases:
    """Build phrases from strings of them parted by commas, by their first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in (tuple(part.split()) for line in lines for part in line.split(",")):
        found.setdefault(_bare_key(phrase[0]), []).append(phrase)
    return {first: tuple(same) for first, same in found.items()}


def covered(words: Sequence[str], *known: Phrases) -> list[bool]:
    """Mark the words that belong to one of the phrases, said whole."""
    marks = [False] * len(words)
    for start, word in enumerate(words):
        for phrase in (each for group in known for each in group.get(_bare_key(word), ())):
            rest = words[start : start + len(phrase)]
            if len(rest) == len(phrase) and all(map(same_word, rest, phrase)):
                marks[start : start + len(phrase)] = [True] * len(phrase)
    return marks


def says(words: Sequence[str], known: Phrases) -> bool:
    """Say whether words are exactly one of the phrases, accented or not."""
    return bool(words) and any(
        len(words) == len(phrase) and all(map(same_word, words, phrase))
        for phrase in known.get(_bare_key(words[0]), ())
    )


def _bare_key(word: str) -> str:
    return _FINAL_Y.sub("i", plain(word))
