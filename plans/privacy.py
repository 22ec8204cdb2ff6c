"""What must not be stored: the marks of a person, a list of persons, or a state secret."""

import re
from collections.abc import Iterator
from enum import StrEnum

from plans.person_names import person_names
from plans.spelling import legible, plain


class Concern(StrEnum):
    """Why a message is refused unread; only this word is ever kept."""

    PHONE = "phone"
    IDENTITY = "identity"
    PASSPORT = "passport"
    BIRTH_DATE = "birth_date"
    PERSON_NAME = "person_name"
    HOME_ADDRESS = "home_address"
    ACCOUNT = "account"
    PLATE = "plate"
    BUSINESS = "business"
    SECRECY_MARK = "secrecy_mark"
    LIST = "list"


_LONGEST = 5000
_MOBILE = re.compile(
    r"(?<![0-9])(?:\+ ?84|84|[0oO])[ .()-]{0,2}[35789](?:[ .()-]{0,2}[0-9]){8}(?![0-9])"
)
_LANDLINE = re.compile(r"(?<![0-9])\(?02[0-9]{1,2}\)?[ .-]?[0-9]{3,4}[ .-]?[0-9]{3,4}(?![0-9])")
_DATE = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-](?:19|20)[0-9]{2}")
_CITIZEN = re.compile(r"(?<![0-9])0[0-9]{2}[ .-]?[0-3](?:[ .-]?[0-9]){8}(?![0-9])")
_PROVINCES = frozenset(
    f"{code:03}"
    for code in (
        1,
        2,
        4,
        6,
        8,
        10,
        11,
        12,
        14,
        15,
        17,
        19,
        20,
        22,
        24,
        25,
        26,
        27,
        30,
        31,
        33,
        34,
        35,
        36,
        37,
        38,
        40,
        42,
        44,
        45,
        46,
        48,
        49,
        51,
        52,
        54,
        56,
        58,
        60,
        62,
        64,
        66,
        67,
        68,
        70,
        72,
        74,
        75,
        77,
        79,
        80,
        82,
        83,
        84,
        86,
        87,
        89,
        91,
        92,
        93,
        94,
        95,
        96,
    )
)
_PAPER = re.compile(
    r"(?:cccd|cmnd|cmtnd|cmt|can cuoc|dinh danh|chung minh thu|chung minh nhan dan)"
    r"[^0-9]{0,30}[0-9](?:[ .-]?[0-9]){8,11}(?![0-9])"
)
_OLD_CARD = re.compile(r"0[1-9][0-9]{7}")
_ALONE = re.compile(r"[0-9]{9}")
_NINE = re.compile(r"(?<![0-9.,])[0-9]{9}(?![0-9])(?!,[0-9])")
_PASSPORT = re.compile(r"(?<![0-9A-Za-z-])[A-Z][0-9]{7,8}(?![0-9A-Za-z])")
_PASSPORT_NAMED = re.compile(
    r"(?:ho chieu|passport)[^0-9]{0,20}[a-z] ?[0-9]{6,8}(?![0-9])|^[a-z][0-9]{7,8}$"
)

# "sinh" in these is no birth: phát sinh, học sinh, vệ sinh, an sinh, khai sinh, nữ sinh…
_BORN = re.compile(
    r"(?<!phat )(?<!hoc )(?<!\bve )(?<!\ban )(?<!khai )(?<!\bnu )(?<!nam )(?<!\bhs )(?<!tai )"
    r"(?<!\bthi )"
    r"\bsinh(?: ngay| nam| thang)*[ :]{0,3}(?:[0-9]{1,2} ?[./-] ?[0-9]{1,2} ?[./-] ?[0-9]{2,4}"
    r"|[0-9]{1,2}[./-](?:19|20)[0-9]{2}|[0-9]{1,2} thang [0-9]{1,2}|(?:19|20)[0-9]{2})(?![0-9])"
    r"|\bnam sinh ?[:(]? ?(?:19|20)[0-9]{2}\b|\bngay(?: thang nam)? sinh ?:? ?[0-9]"
    # NS is also ngân sách (budget), so only years that can be an adult's birth count.
    r"|\b(?:sn|ns|dob)\.? ?:? ?(?:[0-9]{1,2} ?[./-] ?[0-9]{1,2} ?[./-] ?)?"
    r"(?:19[0-9]{2}|20[01][0-9])\b"
    r"|\b(?:sn|ns|dob)\.? ?:? ?[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2}\b"
)
_HOUSE = re.compile(
    r"\b(?:so nha|ngo|ngach|hem|to dan pho|khu pho) ?(?:so )?:? ?[0-9]|\bthon (?:so )?[0-9]"
    r"|\b(?:thuong tru|tam tru|ho khau|noi o|nha o tai|dia chi nha|cho o)\b(?! gi)"
    r"|\b(?:so|nha) [0-9]+[a-z]?(?:/[0-9]+)* (?:duong|pho|ngo|hem)\b"
    r"|\bsn ?:? ?[0-9]{1,3}[a-z]?(?:/[0-9]+)*(?![0-9./])"
)
# Without accents these are also "to" (big, sheet), "ban" (you, sell), "pho", so accents are needed;
# "văn bản 12", "thành phố 2", "số tổ 5" are not where somebody lives.
_QUARTER = re.compile(
    r"(?<!văn )(?<!phiên )(?<!thành )(?<!số )(?<!kịch )(?<!ấn )"
    r"\b(?:tổ|bản|khu|đường|phố|xóm|ấp|buôn) (?:số )?(?!178\b)[0-9]{1,3}\b(?!/[A-ZĐ])"
)
_ACCOUNT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|\b(?:facebook|fb|zalo|tiktok|instagram|t)\.(?:com|me|vn)/(?:@ ?)?\w"
    r"|\b(?:stk|so tk|tai khoan)\b[^0-9]{0,20}[0-9](?:[ .-]?[0-9]){7}"
)
_PLATE = re.compile(
    r"(?<![0-9A-Za-z-])[1-9][0-9][A-Z][0-9A-Z]? ?[-.] ?[0-9]{3}\.?[0-9]{2}(?![0-9])"
    r"|\b[Bb]iển (?:số|kiểm soát)\b[^0-9]{0,10}[1-9][0-9] ?-?[A-Za-z]"
)
_BUSINESS = re.compile(
    r"\b(?:[Kk]araoke|[Nn]hà nghỉ|[Kk]hách sạn|[Nn]hà trọ|[Vv]ũ trường|[Mm]assage|[Mm]át xa"
    r"|[Qq]uán (?:bar|cà phê|cafe)|[Nn]hà hàng|[Ss]pa) (\w+)"
)
# What follows a kind of business in capitals, and is a place or another kind rather than a name.
_NO_BUSINESS_NAME = frozenset(
    [
        "Xã",
        "Phường",
        "Thị",
        "Huyện",
        "Thành",
        "Tỉnh",
        "Quận",
        "Đặc",
        "Nhà",
        "Khách",
        "Karaoke",
        "Massage",
        "Mát",
        "Quán",
        "Vũ",
        "Spa",
    ]
)
_HEADER = re.compile(
    r"\bho (?:va )?ten\b.*\b(?:nam sinh|ngay sinh|dia chi|cccd|cmnd|sdt|dien thoai)\b"
)

_SECRET = re.compile(r"\btối mật\b|\btuyệt mật\b|\btuyet mat\b|\bđộ mật\b|\bdo mat:|[(\[]mật[)\]]")
_SECRET_CAPITALS = re.compile(r"\bTOI MAT\b|\bTUYET MAT\b|\bDO MAT\b")
# "MẬT" is a mark where it stands as a word in capitals; "BÍ MẬT", "BẢO MẬT", "MẬT KHẨU",
# "MẬT ĐỘ" and units such as "PHƯỜNG MẬT SƠN" merely contain the syllable.
_SECRET_WORD = re.compile(
    r"(?<!BÍ )(?<!BẢO )(?<!THÂN )(?<!CƠ )(?<!XÃ )(?<!PHƯỜNG )(?<!YÊN )(?<!HUYỆN )"
    r"\bMẬT\b(?! (?:KHẨU|ĐỘ|ONG|MÃ|THIẾT|SƠN))"
)


def concern(text: str) -> Concern | None:
    """Return why a whole message must not be stored, or nothing if it may be."""
    if len(text) > _LONGEST:
        # No report, question or command is this long; what is, is somebody's document.
        return Concern.LIST
    clear = legible(text)
    if _secret(clear):
        return Concern.SECRECY_MARK
    found = list(_concerns(clear))
    if not found:
        return None
    return Concern.LIST if _several(clear, found) else found[0]


def _concerns(clear: str) -> Iterator[Concern]:
    """Yield a concern for every phone, paper, birth, name and address, in this order."""
    bare = plain(clear)
    yield from [Concern.PHONE] * _phones(clear)
    yield from [Concern.IDENTITY] * _identities(clear, bare)
    if _PASSPORT.search(clear) or _PASSPORT_NAMED.search(bare):
        yield Concern.PASSPORT
    yield from [Concern.BIRTH_DATE] * len(_BORN.findall(bare))
    yield from [Concern.PERSON_NAME] * len(person_names(clear))
    if _HOUSE.search(bare) or _QUARTER.search(clear.lower()):
        yield Concern.HOME_ADDRESS
    if _ACCOUNT.search(bare):
        yield Concern.ACCOUNT
    if _PLATE.search(clear):
        yield Concern.PLATE
    if any(name.istitle() and name not in _NO_BUSINESS_NAME for name in _BUSINESS.findall(clear)):
        yield Concern.BUSINESS
    if any(_HEADER.search(plain(line)) for line in clear.splitlines()):
        yield Concern.LIST


def _several(clear: str, found: list[Concern]) -> bool:
    """Say whether a message tells of more than one person."""
    countable = (Concern.PERSON_NAME, Concern.IDENTITY, Concern.BIRTH_DATE, Concern.PHONE)
    if Concern.LIST in found or any(found.count(kind) > 1 for kind in countable):
        return True
    return "danh sach" in plain(clear)


def _secret(clear: str) -> bool:
    return any(
        pattern.search(said)
        for pattern, said in (
            (_SECRET, clear.lower()),
            (_SECRET_CAPITALS, clear),
            (_SECRET_WORD, clear),
        )
    )


def _phones(clear: str) -> int:
    flat = " ".join(clear.split())
    mobiles = [match.group() for match in _MOBILE.finditer(flat) if _is_phone(match.group(), flat)]
    lines = [match.group() for match in _LANDLINE.finditer(flat) if len(_digits(match.group())) > 9]
    return len({_digits(number) for number in (*mobiles, *lines)})


def _is_phone(written: str, flat: str) -> bool:
    """Say whether ten digits are grouped as a phone, and not as counts of a quick report."""
    groups = re.findall(r"[0-9oO]+", written)
    if written.startswith("+") or len(groups) == 1:
        return True
    if len(groups[0]) > 2 and groups[0][0] in "0oO":
        # Two unit codes side by side also have ten digits.
        return [len(group) for group in groups] != [5, 5]
    if _DATE.search(written) or re.match(r"bc\b", flat.lower()):
        return False
    return " " not in written or len(_digits(flat)) == len(_digits(written))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _identities(clear: str, bare: str) -> int:
    flat = " ".join(clear.split())
    cards = {
        _digits(match.group())
        for match in _CITIZEN.finditer(flat)
        if _digits(match.group())[:3] in _PROVINCES and not _DATE.search(match.group())
    }
    cards |= {_digits(match.group()) for match in _PAPER.finditer(bare)}
    old = [number for number in _NINE.findall(flat) if _is_old_card(number, flat)]
    return len(cards | set(old))


def _is_old_card(number: str, flat: str) -> bool:
    """Say whether nine digits are an old card; a round sum of đồng is not."""
    alone = _ALONE.fullmatch(flat.strip(" .,;:")) is not None
    return not number.endswith("000") and (alone or _OLD_CARD.fullmatch(number) is not None)
