"""Names of people in free text: a surname with its name, or a form of address with one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from plans.places import LONGEST_PLACE, PLACES
from plans.spelling import lexicon, plain, same_word

_WORD = re.compile(r"[^\W\d_]+")
# Surnames that are hardly ever an ordinary word or the start of a place.
_STRONG = lexicon("nguyễn trần phạm bùi đặng huỳnh ngô lê trịnh")
_WEAK = lexicon("hoàng phan vũ võ đỗ hồ dương lý đinh trương đào lương")
_UPLAND = lexicon("lò vàng giàng lù tao sùng mùa tẩn phàn chẻo thào hạng")
_DISTINCT = lexicon("lò giàng sùng tẩn chẻo thào")
_MIDDLE = lexicon("văn thị")
# Without accents these are ordinary words: đô thị, phần thi, mùa thi.
_BARE_TRAPS = frozenset({"do", "phan", "mua", "tao", "lu"})
# "thi hành", "thi đua", "vận động", "văn hóa" typed without accents after a word like a surname.
_BARE_NOT_NAMES = {
    "thi": lexicon("hanh dua cong diem tran xa truong sinh vien cu tot").bare,
    "van": lexicon("dong hanh ban chuyen hoa phong tai nghe minh kien de").bare,
}
_TITLES = lexicon("chị anh bà ông em cô chú cháu bác")
# "ba" is three and "co" is there is, when typed without accents.
_BARE_TITLES = frozenset({"chi", "anh", "ong", "em"})
_LONG_TITLES = (("đối", "tượng"), ("đồng", "chí"), ("nạn", "nhân"), ("đ", "c"), ("họ", "tên"))
_NOT_NAMES = lexicon(
    "sơ trợ do lịch trường tính tội pháp vi luật nhân sự nghĩa gửi báo chưa có không đã xin chào",
    "nộp cần muốn hỏi ơi ạ là đang sẽ vâng dạ chị anh em và bị được trong tại xã phường huyện tỉnh",
    "chủ môi mua bán người số thị thành quận đơn các của này kia ở khi nào sở công ủy mặt tuyến",
    "thuộc nghiện vị nguy trẻ đồng nhập tổng cơ kết xem sửa thấy nhờ quản bên cho nhé làm lao",
)
_KINDS = lexicon(
    "xa x phuong p tran tt huyen h quan q tinh t tp pho tx khu dk duong d truong thpt thcs vien cho"
    " cau song ubnd san nghi hang so hoc trung"
).bare


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    text: str
    joined: bool

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def person_names(text: str) -> list[str]:
    """Return the distinct names of people in legible text, in their order."""
    found: dict[str, None] = {}
    for line in text.splitlines():
        for name in _in_line(line):
            found.setdefault(plain(name))
    return list(found)


def _in_line(line: str) -> Iterator[str]:
    said = list(_said(line))
    bare = plain(line) == " ".join(line.lower().split())
    place = 0
    while place < len(said):
        skip = _place_length(said, place)
        if skip:
            place += skip
            continue
        length = _surnamed(said, place) or _addressed(said, place, bare)
        if length:
            yield " ".join(word.text for word in said[place : place + length])
        place += max(length, 1)


def _said(line: str) -> Iterator[_Said]:
    end = 0
    for match in _WORD.finditer(line):
        gap = line[end : match.start()]
        yield _Said(text=match.group(), joined=end > 0 and gap.strip(". ") == "" and gap != "")
        end = match.end()


def _place_length(said: Sequence[_Said], place: int) -> int:
    """Count the words of a place that starts here: a listed one, or whatever follows its kind."""
    words = [plain(word.text) for word in said[place : place + LONGEST_PLACE]]
    for length in range(len(words), 1, -1):
        # Half-accented words are somebody's name: "Lê Lợi" is a place, "Lê Loi" may be one too.
        if tuple(words[:length]) in PLACES:
            return length
    if not _after_kind(said, place):
        return 0
    if not said[place].capital:
        return 0
    return 1 + sum(1 for _ in takewhile(_is_no_surname, _capitals(said, place)))


def _is_no_surname(word: str) -> bool:
    return not _STRONG.knows(word.lower())


def _after_kind(said: Sequence[_Said], place: int) -> bool:
    return place > 0 and said[place].joined and plain(said[place - 1].text) in _KINDS


def _capitals(said: Sequence[_Said], place: int) -> list[str]:
    """Return up to three capitalised words that follow without a comma."""
    names: list[str] = []
    for word in said[place + 1 : place + 4]:
        if not word.joined or not word.capital:
            break
        names.append(word.text)
    return names


def _lower(word: _Said) -> str:
    return word.text.lower()


def _surnamed(said: Sequence[_Said], place: int) -> int:
    """Count the words of a name that starts with a surname here."""
    surname = _lower(said[place])
    strong, upland = _STRONG.knows(surname), _UPLAND.knows(surname)
    if not (strong or upland or _WEAK.knows(surname)) or place + 1 >= len(said):
        return 0
    if not said[place + 1].joined:
        return 0
    given = _capitals(said, place) if said[place].capital else []
    middle = _has_middle(said, place, surname)
    if middle:
        return max(1 + len(given), middle)
    if not given:
        return _uncapitalised(said, place)
    titled = _title_before(said, place)
    if _NOT_NAMES.knows(given[0].lower()):
        return 0
    embedded = said[place].joined and said[place - 1].capital and not titled
    bare = plain(surname) == surname
    if titled or (strong and not (bare and embedded) and _beyond_doubt(surname, given, said)):
        return 1 + len(given)
    if embedded or (upland and (_shouted(said) or plain(surname) == surname)):
        return 0
    # "Tan Uyen" is a district; only an accented Tẩn is a surname beyond doubt.
    distinct = _DISTINCT.knows(surname) and plain(surname) != surname
    return 1 + len(given) if len(given) > 1 or distinct else 0


def _beyond_doubt(surname: str, given: Sequence[str], said: Sequence[_Said]) -> bool:
    """Say whether a common surname is one even without accents: "Dang Giang" is a commune."""
    if plain(surname) != surname or surname in {"nguyen", "pham", "huynh"}:
        return True
    return len(given) > 1 and not _shouted(said)


def _has_middle(said: Sequence[_Said], place: int, surname: str) -> int:
    """Count a surname with Văn or Thị and a name, in any case and without accents."""
    if place + 2 >= len(said) or not said[place + 2].joined:
        return 0
    middle, name = _lower(said[place + 1]), _lower(said[place + 2])
    if not _MIDDLE.knows(middle) and not (_UPLAND.knows(surname) and middle == "a"):
        return 0
    unmarked = plain(middle) == middle and not said[place].capital
    if unmarked and (
        surname in _BARE_TRAPS or plain(name) in _BARE_NOT_NAMES.get(middle, frozenset())
    ):
        return 0
    return 3


def _uncapitalised(said: Sequence[_Said], place: int) -> int:
    """Count a name typed without capitals, where the surname cannot be another word."""
    surname, name = _lower(said[place]), _lower(said[place + 1])
    if _NOT_NAMES.knows(name) or said[place].capital:
        return 0
    if surname == "nguyễn":
        return 2
    if not _title_before(said, place) or not _STRONG.knows(surname) or surname == "phạm":
        return 0
    if plain(surname) != surname:
        return 2
    traps = {"pham", "le", "dang"}
    fuller = place + 2 < len(said) and said[place + 2].joined
    return 3 if fuller and surname not in traps else 0


def _shouted(said: Sequence[_Said]) -> bool:
    return all(word.text.isupper() for word in said)


def _title_before(said: Sequence[_Said], place: int) -> bool:
    before = [_lower(word) for word in said[max(0, place - 2) : place]]
    if not before:
        return False
    return _TITLES.knows(before[-1]) or _is_long_title(before)


def _is_long_title(words: Sequence[str]) -> bool:
    return any(
        len(words) >= 2 and same_word(words[-2], first) and same_word(words[-1], second)
        for first, second in _LONG_TITLES
    )


def _addressed(said: Sequence[_Said], place: int, bare: bool) -> int:
    """Count a form of address with the capitalised name after it."""
    if place + 1 >= len(said) or (said[place].joined and _after_kind(said, place)):
        return 0
    word, following = _lower(said[place]), said[place + 1]
    spelt = _TITLES.knows(word) and (plain(word) != word or word in {"anh", "em"})
    # "Chi Linh" is a town, "chi Linh" a person: without accents only a small letter tells.
    titled = spelt or (bare and said[place].text in _BARE_TITLES)
    long = place > 0 and _is_long_title([_lower(said[place - 1]), word])
    if not (titled or long) or not following.joined or not following.capital:
        return 0
    acronym = len(following.text) > 1 and following.text.isupper()
    if acronym or _NOT_NAMES.knows(_lower(following)):
        return 0
    if plain(following.text) in _KINDS or _place_length(said, place + 1):
        return 0
    return 1 + len(_capitals(said, place))
