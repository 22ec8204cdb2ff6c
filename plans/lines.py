"""YAML text as plain values with their lines; what two YAML versions read apart is a mistake."""

import re
from collections.abc import Callable
from dataclasses import replace

import yaml

from plans.errors import Mistake
from plans.source import Source, Steps, normal

_TAG = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
# what YAML 1.2 (most editors) takes for a number, whatever YAML 1.1 (PyYAML) says
_NUMBER_1_2 = re.compile(
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
)
_FAST = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_LONGEST_NUMBER = 18
_DEEPEST = 20
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")  # no file can hold it
_ADVICE_BY_PROBLEM = (
    ("found character '\\t'", "indent with spaces instead of a tab"),
    ("found character", 'put text that begins with % @ or ` in quotes, as "@abc"'),
    (
        "mapping values are not allowed",
        "put text that contains ': ' in quotes, and indent this line as its neighbours",
    ),
    ("unexpected end of stream", "close the quotation mark that is opened here"),
    ("document separator", "close the quotation mark that is opened here"),
    ("could not find expected ':'", "write `key: value`, and text over several lines after `|`"),
    ("unknown escape character", "write the text in single quotes: \\ is special in double ones"),
    ("',' or ']'", "close the list with ], and separate its items with commas"),
    ("',' or '}'", "close the mapping with }, and separate its entries with commas"),
    ("expected the node content", "close every [ with ] and every { with }"),
    ("but found another document", "keep one document in the file: remove this ---"),
    ("alias", "write the value out here: aliases (*name) are not read"),
    ("duplicate anchor", "remove the anchor (&name) and write the value out where it is needed"),
    ("tag", "remove the tag (!name), and put text in quotes"),
    (
        "expected <block end>",
        "indent this line as its neighbours, and put the whole of a text in one pair of quotes",
    ),
)
_OPENED = re.compile("quoted scalar|flow (sequence|mapping)")  # told where it was opened
_OTHER_ADVICE = "mend the syntax: indent with spaces, write `key: value`, put odd text in quotes"


def read_yaml(text: str, file: str) -> Source:
    """Read a YAML text; values are str, int, float, bool, None, lists and mappings by str."""
    text = normal(text)
    half = _HALF_CHARACTER.search(text)
    if half:
        line = text.count("\n", 0, half.start()) + 1
        return _unreadable(file, line, f"write the character itself instead of {half[0]}")
    try:
        node = _compose(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        character = ord(text[error.position])
        return _unreadable(file, line, f"remove the control character U+{character:04X}")
    except _TooDeep as error:
        return _unreadable(file, error.line, "write this without lists nested so deep")
    except yaml.MarkedYAMLError as error:
        return _unreadable(file, *_place_and_advice(error))
    reader = _Reader(file)
    value = reader.value(node, ()) if node else None
    return Source(file=file, value=value, lines=reader.lines, mistakes=tuple(reader.mistakes))


def _compose(text: str) -> yaml.Node | None:
    try:
        _refuse_depth(text)
        return yaml.compose(text, Loader=_FAST)
    except yaml.YAMLError:
        # only Python's parser words its errors as matched above; libyaml is ten times as fast
        return yaml.compose(text, Loader=yaml.SafeLoader)


class _TooDeep(Exception):
    """Nesting that could exhaust libyaml's stack, and then no exception tells of it."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _refuse_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_FAST):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _TooDeep(event.start_mark.line + 1 if event.start_mark else 1)


def _unreadable(file: str, line: int, advice: str) -> Source:
    return Source(file=file, mistakes=(Mistake(file=file, line=line, key="yaml", advice=advice),))


def _place_and_advice(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    problem = error.problem or ""
    opened = "escape" not in problem and _OPENED.search(error.context or "")
    mark = (error.context_mark if opened else None) or error.problem_mark or error.context_mark
    advice = next((say for part, say in _ADVICE_BY_PROBLEM if part in problem), _OTHER_ADVICE)
    return (mark.line + 1 if mark else 1), advice


class _Reader:
    """Turns nodes into values, noting lines and mistakes on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Steps, int] = {}
        self.mistakes: list[Mistake] = []
        self.seen: set[int] = set()

    def value(self, node: yaml.Node, steps: Steps) -> object:
        self.lines.setdefault(steps, node.start_mark.line + 1)
        # a node met twice is an alias; refused, it can neither loop nor swell
        if id(node) in self.seen:
            self.mistaken(steps, "write the value out here: aliases (*name) are not read")
            return None
        self.seen.add(id(node))
        match node:
            case yaml.MappingNode():
                return self.mapping(node, steps)
            case yaml.SequenceNode():
                return [self.value(item, (*steps, n)) for n, item in enumerate(node.value)]
            case yaml.ScalarNode():
                return scalar(node, lambda advice: self.mistaken(steps, advice))
        raise TypeError(f"unknown node {node!r}")

    def mapping(self, node: yaml.MappingNode, steps: Steps) -> dict[str, object]:
        entries: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or key_node.value == "":
                self.mistaken(steps, "write a plain key before the colon", line)
                continue
            key = key_node.value
            inside = (*steps, key)
            if key in entries:
                advice = f"keep one of the two: line {self.lines[inside]} has this key already"
                self.mistaken(inside, advice, line)
                continue
            self.lines[inside] = line
            self.check_key(key_node, inside)
            entries[key] = self.value(value_node, inside)
        return entries

    def check_key(self, node: yaml.ScalarNode, steps: Steps) -> None:
        if node.tag == f"{_TAG}merge":
            self.mistaken(steps, "write the keys out: merging (<<) is not read")
        else:
            scalar(node, lambda advice: self.mistaken(steps, advice))

    def mistaken(self, steps: Steps, advice: str, line: int | None = None) -> None:
        source = Source(file=self.file, lines=self.lines)
        mistake = source.mistake(steps, advice)
        self.mistakes.append(replace(mistake, line=line) if line else mistake)


def scalar(node: yaml.ScalarNode, mistaken: Callable[[str], None]) -> object:
    """Return the value that every YAML version reads, or the text and a mistake."""
    text: str = node.value
    if node.style or (node.tag == f"{_TAG}str" and not _NUMBER_1_2.fullmatch(text)):
        return text
    match node.tag.removeprefix(_TAG):
        case "null":
            return None
        case "int" | "float" if len(text) > _LONGEST_NUMBER:
            mistaken("write a smaller number, or put the text in quotes")
        case "bool" if text.lower() in ("true", "false"):
            return text.lower() == "true"
        case "bool":
            mistaken(f'put "{text}" in quotes, or write true or false where a yes or no is needed')
        case "int" if _WHOLE.fullmatch(text):
            return int(text)
        case "float" if _NUMBER_1_2.fullmatch(text):
            return float(text)
        case "int" | "float":
            mistaken(f'put "{text}" in quotes: unquoted, it is read as {yaml.safe_load(text)}')
        case "str":
            mistaken(f'put "{text}" in quotes: unquoted, some programs read a number')
        case "timestamp" | "merge" | "value":
            pass
        case tag:
            mistaken(f"remove the tag {tag}, and put text in quotes")
    return text
