"""How officials shorten what they ask about, written out so that it can be compared."""

import re
from functools import lru_cache

from plans.spelling import plain, tidy

# What is written short, by what it stands for; all of it without accents.
ABBREVIATIONS = {
    "tt": "tuyen truyen",
    "ttruyen": "tuyen truyen",
    "cs": "co so",
    "csdv": "co so kinh doanh dich vu",
    "cskd": "co so kinh doanh",
    "cskddv": "co so kinh doanh dich vu",
    "kt": "kiem tra",
    "ktra": "kiem tra",
    "ld": "lao dong",
    "nld": "nguoi lao dong",
    "hs": "hoc sinh",
    "sv": "sinh vien",
    "hssv": "hoc sinh sinh vien",
    "cb": "can bo",
    "kp": "kinh phi",
    "xp": "xu phat",
    "xphc": "xu phat hanh chinh",
    "hc": "hanh chinh",
    "vp": "vi pham",
    "vphc": "vi pham hanh chinh",
    "xl": "xu ly",
    "md": "mai dam",
    "pcmd": "phong chong mai dam",
    "kcn": "khu cong nghiep",
    "ng": "nguoi",
    "ngg": "nguoi",
    "sl": "so lieu",
    "slieu": "so lieu",
    "sluong": "so luong",
    "bn": "bao nhieu",
    "bnhieu": "bao nhieu",
    "ntn": "nhu the nao",
    "tnao": "the nao",
    "ko": "khong",
    "k": "khong",
    "ch": "chua",
    "kg": "khong",
    "hok": "khong",
    "khg": "khong",
    "dc": "duoc",
    "dk": "duoc",
    "dx": "duoc",
    "r": "roi",
    "rui": "roi",
    "bc": "bao cao",
    "bcao": "bao cao",
    "dv": "don vi",
    "kq": "ket qua",
    "ss": "so sanh",
    "sosanh": "so sanh",
    "ct": "chi tieu",
    "ctieu": "chi tieu",
    "chitieu": "chi tieu",
    "td": "tien do",
    "tiendo": "tien do",
    "chuanop": "chua nop",
    "tonghop": "tong hop",
    "bieudo": "bieu do",
    "dondoc": "don doc",
    "ck": "cung ky",
    "cungky": "cung ky",
    "bd": "bieu do",
    "vb": "van ban",
    "vm": "vuong mac",
    "dm": "dau moi",
    "j": "gi",
    "z": "vay",
    "v": "vay",
    "ah": "a",
    "ak": "a",
    "mng": "moi nguoi",
    "ac": "anh chi",
    "e": "em",
    "vs": "voi",
}
# Other words for the same thing, or the same word in figures.
SYNONYMS = (
    ("%", " phan tram "),
    ("phan tram cua", "phan tram"),
    ("buoi tuyen truyen", "cuoc tuyen truyen"),
    ("dot tuyen truyen", "cuoc tuyen truyen"),
    ("lan tuyen truyen", "cuoc tuyen truyen"),
    ("may buoi", "may cuoc"),
    ("bao nhieu buoi", "bao nhieu cuoc"),
    ("so buoi", "so cuoc"),
    ("buoi truyen thong", "cuoc tuyen truyen"),
    ("luot tuyen truyen", "luot nguoi tuyen truyen"),
    ("luot nghe", "luot nguoi tuyen truyen"),
    ("luot du", "luot nguoi tuyen truyen"),
    ("bi phat", "vi pham bi xu ly"),
    ("tien phat", "tien xu phat"),
    ("thanh tra", "kiem tra"),
    ("nua dau nam", "6 thang dau nam"),
    ("nua cuoi nam", "6 thang cuoi nam"),
    ("nua nam dau", "6 thang dau nam"),
    ("nua nam cuoi", "6 thang cuoi nam"),
    ("sau thang", "6 thang"),
    ("chin thang", "9 thang"),
    ("muoi hai thang", "12 thang"),
)
# Two words that mean one thing only together.
TOGETHER = (
    "co so(?! (?:cuoc|luot|lieu|luong|vu|lop|tin)\\b)",
    "can bo",
    "thong tin",
    "tin bai",
    "tin bao",
    "to giac",
    "ke hoach",
    "lao dong",
    "hoc sinh",
    "sinh vien",
    "nguoi ban dam",
    "ban dam",
    "to cong tac",
    "cong tac",
    "thi diem",
    "thi nghiem",
    "dao tao",
    "cong nghiep",
    "tap huan",
    "trang mang",
    "mo hinh",
)
_TOGETHER = re.compile(rf"\b(?:{'|'.join(TOGETHER)})\b")
_MARKS = re.compile(r"[/,.;:?!()“”\"'…\[\]&+–-]+")
_MONTH = re.compile(r"\bt ?(\d{1,2})\b")
# Which share a target demands names it no better than its words do.
_SHARE = re.compile(r"\b\d+ +phan tram\b")
_STUCK = re.compile(r"\b(6|9|12)t\b")
_PER_CENT = re.compile(r"\b(\d+|nhieu|bn|may|le) pt\b")


def accented(text: str) -> str:
    """Return the words of comparable text as they were typed, accents kept."""
    return " ".join(_MARKS.sub(" ", tidy(text)).split())


@lru_cache(maxsize=32_768)
def comparable(text: str) -> str:
    """Return text without accents and marks, its words parted by single spaces."""
    return " ".join(_MARKS.sub(" ", plain(text)).split())


def with_per_cent(text: str) -> str:
    """Return comparable text with "pt" written out where it is a share, not a place."""
    return _PER_CENT.sub(r"\1 phan tram", text)


def written_out(text: str) -> str:
    """Return comparable text with what is short written out."""
    said = _STUCK.sub(r"\1 thang", f" {text} ")
    said = _MONTH.sub(r"thang \1", said)
    said = " ".join(ABBREVIATIONS.get(word, word) for word in said.split())
    said = f" {said} "
    for one, other in SYNONYMS:
        said = said.replace(one if one == "%" else f" {one} ", f" {other} ")
    return " ".join(_SHARE.sub("phan tram", said).split())


def joined(text: str) -> str:
    """Return comparable text with the words that belong together joined to one."""
    return _TOGETHER.sub(lambda found: found[0].replace(" ", ""), text)
