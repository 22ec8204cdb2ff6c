"""HTML becomes text and entities as Telegram makes them: two other parsers and a model agree."""

import contextlib
import html
from collections.abc import Sequence
from itertools import groupby

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.telegram_entities import Formatted, finished, units
from tests.fakes.telegram_html import read_html
from tests.fakes.telegram_refusals import Refusal

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "tg-spoiler": "spoiler",
}
LETTERS = st.text("aăđ <&>\"'\n🇻𝕏é/", min_size=1, max_size=6)
Pieces = Sequence[tuple[str, frozenset[str]]]


def wrapped(inner: st.SearchStrategy[tuple[str, Pieces]]) -> st.SearchStrategy[tuple[str, Pieces]]:
    def within(tag: str, parts: list[tuple[str, Pieces]]) -> tuple[str, Pieces]:
        written = "".join(text for text, _ in parts)
        pieces = [(c, styles | {TAGS[tag]}) for _, some in parts for c, styles in some]
        return f"<{tag}>{written}</{tag}>", pieces

    return st.builds(within, st.sampled_from(sorted(TAGS)), st.lists(inner, max_size=3))


def plain(text: str) -> tuple[str, Pieces]:
    return html.escape(text, quote=False), [(c, frozenset()) for c in text]


trees = st.recursive(st.builds(plain, LETTERS), wrapped, max_leaves=8)


def formatted(written: str) -> Formatted:
    return finished(*read_html(written))


def message(parsed: Formatted) -> telegram.Message:
    chat = {"id": 1, "type": "private"}
    told = {"message_id": 1, "date": 1, "chat": chat, "text": parsed.text}
    return telegram.Message.de_json({**told, "entities": parsed.told()}, None)


@given(st.lists(trees, min_size=1, max_size=4))
def test_every_character_keeps_its_styles_by_the_reckoning_of_another_library(
    parts: list[tuple[str, Pieces]],
) -> None:
    parsed = formatted("".join(text for text, _ in parts))
    styled = {
        (entity.offset + at, entity.type)
        for entity, text in message(parsed).parse_entities().items()
        if entity.type in TAGS.values()
        for at in range(units(text))
    }
    pieces = [piece for _, some in parts for piece in some]
    whole = "".join(character for character, _ in pieces)
    start = units(whole[: whole.find(parsed.text)]) if parsed.text else 0

    expected, at = set(), -start
    for character, styles in pieces:
        width = units(character)
        inside = 0 <= at < units(parsed.text)
        expected |= {(at + n, style) for style in styles for n in range(width) if inside}
        at += width
    assert whole.strip(" \n").endswith(parsed.text.strip(" \n"))
    assert styled == expected


@given(st.lists(trees, min_size=1, max_size=4))
def test_text_and_entities_survive_a_round_trip_through_another_library(
    parts: list[tuple[str, Pieces]],
) -> None:
    parsed = formatted("".join(text for text, _ in parts))
    if parsed.text:
        assert formatted(message(parsed).text_html) == parsed


@given(st.text(max_size=80))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Refusal):
        parsed = formatted(text)
        assert all(e.length > 0 and e.end <= units(parsed.text) for e in parsed.entities)


@pytest.mark.parametrize(
    ("written", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &quot;&#39;&#x1F600;&nbsp;", "a <b> & \"'😀&nbsp;", []),
        ("<b>x</b>", "x", ["bold 0 1"]),
        ("<b>a<i>b</i>c</b>", "abc", ["bold 0 1", "bold 1 2", "italic 1 1"]),
        ("<B>x</B>", "x", ["bold 0 1"]),
        ("😀<u>x</u>", "😀x", ["underline 2 1"]),
        (" <b> x </b> ", " x", ["bold 0 2"]),
        ("<s></s>x", "x", []),
        ("<code>1</code><pre>2</pre>", "12", ["code 0 1", "pre 1 1"]),
        ('<pre><code class="language-sql">x</code></pre>', "x", ["pre 0 1 sql"]),
        ("<b>a<code>b</code></b>", "ab", ["bold 0 1", "code 1 1"]),
        (
            '<a href="example.com/a?b=1&amp;c">x</a>',
            "x",
            ["text_link 0 1 http://example.com/a?b=1&c"],
        ),
        ('<a href="nonsense">x</a>', "x", []),
        ("<blockquote>q</blockquote>", "q", ["blockquote 0 1"]),
        ("<blockquote expandable>q</blockquote>", "q", ["expandable_blockquote 0 1"]),
        ('<span class="tg-spoiler">x</span>', "x", ["spoiler 0 1"]),
        ("/help <b>#vn</b>", "/help #vn", ["bot_command 0 5", "hashtag 6 3", "bold 6 3"]),
    ],
)
def test_html_as_telegram_reads_it(written: str, text: str, entities: list[str]) -> None:
    parsed = formatted(written)

    assert parsed.text == text
    assert [
        " ".join(map(str, filter(None, [e.type, str(e.offset), e.length, e.url or e.language])))
        for e in parsed.entities
    ] == entities


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("đ<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("x<", "Unclosed start tag at byte offset 1"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ('<a "x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("&#xD83D;", "Text contains invalid Unicode characters after decoding HTML entities"),
    ],
)
def test_html_that_telegram_refuses(written: str, complaint: str) -> None:
    with pytest.raises(Refusal) as refused:
        formatted(written)

    assert refused.value.description.startswith(f"Bad Request: can't parse entities: {complaint}")


def test_no_two_pieces_of_one_style_touch_unless_another_begins_there() -> None:
    parsed = formatted("<b>a</b><b>b</b><i>c</i>")

    assert [key for key, _ in groupby(e.type for e in parsed.entities)] == ["bold", "italic"]
    assert [(e.offset, e.length) for e in parsed.entities] == [(0, 2), (2, 1)]
