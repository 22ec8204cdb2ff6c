"""The words of a coordinator's questions: which mean what is asked, which mean nothing."""

import re
from enum import StrEnum

from plans.spelling import plain

# Between what was taken out of a sentence: words on its two sides belong to nobody together.
GAP = "|"


class Kind(StrEnum):
    """What is asked about."""

    HELP = "help"
    NUDGE = "nudge"
    DOCUMENT = "document"
    CHART = "chart"
    TARGET_CHART = "target_chart"
    YEARS_CHART = "years_chart"
    DIFFICULTIES = "difficulties"
    UNCONNECTED = "unconnected"
    UNREACHED = "unreached"
    PEOPLE = "people"
    TARGET = "target"
    COMPARE = "compare"
    PUNCTUAL = "punctual"
    RETURNED = "returned"
    REASONS = "reasons"
    LATE = "late"
    NOT_SENT = "not_sent"
    DEADLINE = "deadline"
    TREND = "trend"
    DISTRICTS = "districts"
    YEARLY = "yearly"
    YEARLY_TARGETS = "yearly_targets"
    PROGRESS = "progress"
    REPORT = "report"
    FIGURES = "figures"


# The commands that answer, the first that there is, with a word that stands behind the codes.
ANSWERED_BY: dict[Kind, tuple[str, ...]] = {
    Kind.HELP: ("/trogiup",),
    Kind.NUDGE: ("/dondoc",),
    Kind.DOCUMENT: ("/vanban",),
    Kind.CHART: ("/bieudo",),
    Kind.TARGET_CHART: ("/hinhchitieu", "/bieudo"),
    Kind.YEARS_CHART: ("/hinhcungky", "/bieudo"),
    Kind.DIFFICULTIES: ("/vuongmac",),
    Kind.UNCONNECTED: ("/nguoi trong", "/khongnhan"),
    Kind.UNREACHED: ("/khongnhan",),
    Kind.PEOPLE: ("/nguoi", "/xem"),
    Kind.TARGET: ("/chitieu",),
    Kind.COMPARE: ("/tonghop",),
    Kind.PUNCTUAL: ("/dunghan",),
    Kind.RETURNED: (),
    Kind.REASONS: ("/nopcham", "/chuanop"),
    Kind.LATE: ("/nopcham", "/chuanop"),
    Kind.NOT_SENT: ("/chuanop",),
    Kind.DEADLINE: ("/hannop", "/trangthai"),
    Kind.TREND: ("/xuhuong", "/bieudo"),
    Kind.DISTRICTS: ("/huyen",),
    Kind.YEARLY: ("/giaidoan",),
    Kind.YEARLY_TARGETS: ("/giaidoan chitieu",),
    Kind.PROGRESS: ("/tiendo",),
    Kind.REPORT: ("/xem",),
    Kind.FIGURES: ("/tonghop",),
}
# Asked of no period: as it is now, or over many.
OF_NO_PERIOD = frozenset(
    {Kind.DIFFICULTIES, Kind.PEOPLE, Kind.UNCONNECTED, Kind.PUNCTUAL, Kind.YEARLY}
    | {Kind.YEARLY_TARGETS}
)
# What may be asked of one type of units.
OF_TYPES = frozenset({Kind.PROGRESS, Kind.NOT_SENT, Kind.LATE, Kind.TREND, Kind.REASONS})
# Words of what every plan is about; they name no indicator.
OF_THE_PLAN = frozenset({"phong", "chong", "mai", "dam", "te", "nan", "phat", "sinh"})
# What may be asked about one indicator.
OF_INDICATORS = frozenset({Kind.FIGURES, Kind.COMPARE, Kind.TARGET, Kind.YEARLY, Kind.YEARS_CHART})
# What is asked about who sends: words left over may be the name of who does not.
OF_SENDING = frozenset({Kind.PROGRESS, Kind.NOT_SENT, Kind.LATE, Kind.REASONS, Kind.REPORT})

_SENT = "(?:nop|gui|bao cao|lam|xong|bao|hoan thanh)"
_WHO = "(?:ai|xa|phuong|thi tran|huyen|don vi|co quan|dia phuong|noi|so|cho|dia ban|quan)"
_LATE = r"(?:tre|cham|qua han|muon han|tre han|cham han)"
_AREA = "(?:huyen|dia ban|quan huyen|quan|thi xa)"
_DAYS = (
    r"(?:hom (?:qua|nay|kia)|tuan (?:nay|qua|roi|vua roi|truoc)"
    r"|(?:may|nhung|\d+|hai|ba|bay) ngay (?:gan day|gan nhat|vua qua|vua roi|qua|nay))"
)
# Tried in this order: the first kind that a sentence has words of is what it asks.
_CUES: dict[Kind, tuple[str, ...]] = {
    Kind.HELP: (
        r"tro giup|huong dan(?: su dung)?|lam sao(?: de)? (?:xem|dung|hoi)|cach dung",
        r"(?:co|gom) (?:nhung )?lenh (?:nao|gi)|help|hoi duoc (?:nhung )?gi",
    ),
    Kind.NUDGE: (r"nhac(?: nho)?|don doc|giuc|thuc(?: giuc)|hoi thuc|nudge|remind",),
    Kind.DOCUMENT: (
        r"(?:xuat|lap|soan|tao|lam|in|tai) (?:ra )?(?:van ban|du thao|cong van)",
        r"(?:xuat|tao|tai|gui) (?:ra )?(?:file|tep|bang)?(?: bao cao)?(?: tong hop)? ?"
        r"(?:word|docx?|excel|xlsx|csv)",
        r"(?:file|tep|ban) (?:bao cao )?(?:tong hop )?(?:word|docx?|excel|xlsx|csv)",
        r"bao cao tong hop(?: (?:file|ban|bang))? ?(?:word|docx?|excel)",
        r"(?:xuat|soan|lap|in|du thao) bao cao(?: tong hop)?|bao cao tong hop|van ban|du thao",
        r"word|docx|excel|xlsx|document",
    ),
    Kind.CHART: (
        r"(?:ve )?(?:bieu do|do thi)(?: (?:cot|tron|duong|tien do))?|hinh anh tien do|chart",
        r"^(?:xem |ve |gui )?hinh(?: (?:anh|ve))?$",
    ),
    Kind.DIFFICULTIES: (
        r"(?:kho khan|vuong mac|kien nghi|de xuat kien nghi|ton tai han che|ton tai)"
        r"(?: (?:va )?(?:kho khan|vuong mac|kien nghi|han che))*",
        r"(?:bi |gap |co )?vuong gi|difficult(?:y|ies)",
    ),
    Kind.UNCONNECTED: (
        rf"(?:{_WHO} (?:nao )?)?(?:con )?(?:chua|khong) (?:co )?(?:dau moi|ket noi|lien ket)"
        r"(?: (?:ket noi|dau moi|nao))?",
    ),
    Kind.UNREACHED: (
        r"(?:khong|chua) nhan duoc (?:tin(?: nhan)?|thong bao)|mat ket noi|unreachable",
    ),
    Kind.PEOPLE: (
        r"(?:ai|can bo nao|nguoi nao) (?:la |lam )?(?:nguoi |can bo )?"
        r"(?:dau moi|phu trach|theo doi)",
        r"dau moi(?: (?:cua|o|la ai))?|ai phu trach|lien he (?:ai|voi ai)|(?:co )?ket noi chua",
    ),
    Kind.TARGET: (
        r"(?:co )?(?:da |moi )?dat (?:duoc )?(?:chi tieu|muc tieu|ke hoach|yeu cau)"
        r"(?: (?:de ra|duoc giao|nam|khong|chua))*",
        r"(?:so voi |theo )?(?:chi tieu|muc tieu)|so voi ke hoach(?: (?:de ra|duoc giao|nam))?",
        r"(?:chi tieu|muc tieu)(?: (?:ke hoach|de ra|duoc giao|nao))*",
        r"(?:de|moi|chua|da|khong|co) dat(?: (?:duoc|chua|khong))?|dat (?:chua|khong|duoc|muc)",
        r"hoan thanh bao nhieu|targets?|vuot (?:muc )?(?:chi tieu|muc tieu)(?: nao)?|vuot muc",
    ),
    Kind.COMPARE: (
        r"(?:so (?:sanh )?(?:voi )?)?cung ky(?: (?:nam|ky) (?:ngoai|truoc|roi|20\d\d))?",
        r"so (?:sanh )?voi (?:ky|quy|nam|dot|lan) (?:truoc|ngoai|roi|vua roi)",
        r"so sanh(?: voi)?|(?:tang|giam)(?: (?:hay|hoac|va))? ?(?:tang|giam)(?: the nao)?",
        r"(?:tang|giam) (?:len |xuong |di )?(?:bao nhieu|may|khong|the nao|chua)",
        r"bien dong|chenh lech|thay doi (?:the nao|bao nhieu|ra sao)|compare",
    ),
    Kind.DISTRICTS: (
        rf"(?:theo tung|theo|tung) {_AREA}|by district",
        rf"{_AREA} nao (?:nop )?"
        r"(?:(?:it|kem|thap|yeu|nhieu|cao|tot|nhanh)(?: nhat)?|(?:cham|tre|muon) nhat)",
        rf"{_AREA} nao (?:da )?(?:{_SENT} )(?:du|het|xong|day du)",
        rf"(?:ty le|tien do) (?:{_SENT} )?(?:cua )?(?:cac|tung|moi) {_AREA}",
    ),
    Kind.PUNCTUAL: (
        rf"(?:{_WHO} (?:nao )?)?(?:hay|thuong|thuong xuyen) (?:bi )?(?:{_SENT} )?{_LATE}",
        r"ky luat bao cao|xep (?:hang|loai)|thi dua|dung han nhat|ty le (?:nop )?dung han",
        rf"(?:{_SENT} )?{_LATE} (?:{_SENT} )?(?:bao nhieu|may) lan|(?:may|so) lan {_LATE}",
        r"(?:so |may |bao nhieu )lan (?:bi )?(?:tra lai|dinh chinh)"
        r"|(?:tra lai|dinh chinh) (?:may|bao nhieu) lan",
    ),
    Kind.RETURNED: (
        rf"(?:{_WHO} (?:nao )?)?(?:bi |da |duoc )+(?:tra lai|dinh chinh)|{_WHO} nao dinh chinh",
    ),
    Kind.REASONS: (
        rf"(?:ly do|vi sao|tai sao|nguyen nhan)(?: {_WHO})?(?: nao)?(?: (?:con|bi|lai|ma|nop))*"
        rf" (?:{_LATE}|muon)(?: (?:nop|bao cao|han))*",
    ),
    Kind.LATE: (
        rf"{_WHO} (?:nao )?(?:con |bi |dang |hay )?{_LATE}(?: (?:nhat|han|nop|bao lau))*",
        rf"(?:{_SENT} )?(?:bi )?{_LATE}(?: (?:{_SENT}|han|bao lau|may ngay|bao nhieu ngay|nhat))+",
        rf"{_SENT} (?:bi )?(?:{_LATE}|muon)|muon (?:bao lau|may ngay|bao nhieu ngay)|{_LATE}",
        r"(?:ai|xa nao|huyen nao|don vi nao) muon|late|overdue",
    ),
    Kind.NOT_SENT: (
        rf"(?:ly do|vi sao|tai sao|nguyen nhan)(?: {_WHO})?(?: nao)? (?:con |lai )?"
        rf"(?:chua|khong) {_SENT}(?: (?:bao cao|so lieu))*",
        rf"(?:con )?(?:{_WHO} (?:nao )?)?(?:con |van )?(?:chua|khong) (?:thay |chiu |co )?{_SENT}"
        r"(?: (?:nua|het|bao cao|so lieu|gi))*",
        rf"con (?:thieu|no)(?: (?:bao nhieu|may|nhung))? {_WHO}(?: nao| nua)?|con no bao cao",
        rf"(?:{_WHO} (?:nao )?)con (?:thieu|no)|con thieu (?:ai|nhung ai)",
        r"(?:who )?(?:has |have )?not sent|missing",
    ),
    Kind.DEADLINE: (
        r"(?<!gia )(?<!dung )(?<!dat )(?<!doi )(?:thoi )?han (?:chot|cuoi|nop|gui|bao cao)"
        r"(?: (?:nop|gui|bao cao|cuoi))*|thoi han|deadline",
        r"con (?:may|bao nhieu) ngay(?: nua)?(?: (?:la |thi )?(?:het|den|toi|nop)(?: han)?)?",
        r"(?:khi nao|bao gio|ngay nao|luc nao) (?:la |thi )?(?:het han|den han|phai nop|nop)",
        r"(?:phai )?nop (?:truoc )?(?:khi nao|bao gio|ngay nao)|(?:het|den) han"
        r"(?: (?:chua|khi nao|ngay nao|bao gio))?",
    ),
    Kind.TREND: (r"(?:xem )?(?:xu huong|dien bien)(?: nop)?|trend|(?:theo|tung|moi) ngay",),
    Kind.YEARLY: (
        r"(?:so ket|tong ket|tong hop) (?:ca |theo )?(?:giai doan|cac nam|\d nam)",
        r"(?:so ket |tong ket )?giua (?:ky|nhiem ky|giai doan)|(?:so ket|tong ket) (?=\|)",
        r"ca giai doan|qua cac nam|(?:tung|nhieu|cac|nhung) nam(?: qua)?|[2-5] nam(?: qua)?",
    ),
    Kind.PROGRESS: (
        rf"tien do(?: (?:nop|bao cao|gui))*|tinh hinh {_SENT}(?: bao cao)?|progress",
        rf"(?:da |co )?{_SENT}(?: (?:bao cao|so lieu|du|het|day du))* (?:chua|duoc chua)",
        rf"co {_SENT} (?:bao cao |gi )?khong",
        rf"(?:bao nhieu|may|nhung|{_WHO})(?: {_WHO})?(?: nao)? (?:da |co )?{_SENT}"
        r"(?: (?:roi|xong|dung han|du|bao cao))*",
        rf"(?:da )?{_SENT} (?:duoc )?(?:bao nhieu|may|den dau|toi dau|dung han|the nao)"
        rf"(?: {_WHO})?",
        rf"(?:da|vua|moi|ty le) {_SENT}|{_SENT} xong|tinh hinh|den dau roi|toi dau roi",
    ),
    Kind.REPORT: (
        r"(?:xem |mo |cho xem )?(?:chi tiet )?bao cao (?:cua|ben|chi tiet)",
        r"(?:xem|mo) (?:chi tiet )?bao cao|noi dung bao cao|bao cao (?:gi|nhung gi)",
        r"report of",
    ),
    Kind.FIGURES: (
        r"tong hop(?: (?:so lieu|ket qua))*|so ket|tong ket|tong so|tong cong",
        r"so lieu|ket qua|thong ke|cong don|luy ke|con so|figures|totals?",
    ),
}
CUES: dict[Kind, re.Pattern[str]] = {
    kind: re.compile(rf"(?<![a-z0-9])(?:{'|'.join(cues)})(?![a-z0-9])")
    for kind, cues in _CUES.items()
}
# Days are asked about only where something is sent on them.
DAYS = re.compile(rf"(?<![a-z0-9]){_DAYS}(?![a-z0-9])")
SENDS = re.compile(r"(?<![a-z0-9])(?:nop|gui|bao cao)(?![a-z0-9])")
# "Which district … the least": nothing of an indicator's name.
MOST = re.compile(r"(?<![a-z0-9])(?:it|nhieu|cao|thap|tot|kem) nhat(?! (?:mot|1)(?![a-z0-9]))")
# Which of the targets are asked for, as the sheet is told.
PICKED = {
    "missed": re.compile(
        r"\b(?:nao|(?:chi|muc) tieu) (?:con |van )?(?:chua|khong) (?:dat|hoan thanh)(?! chua)\b"
        r"|\b(?:chua|khong) dat (?:duoc )?(?:chi|muc) tieu nao\b"
    ),
    "exceeded": re.compile(r"\bvuot\b"),
    "met": re.compile(r"\bnao (?:da )?dat\b(?! chua)|\b(?:da )?dat (?:chi|muc) tieu nao\b"),
}
# Asks for a figure of whatever else is named, and alone for nothing.
HOW_MANY = re.compile(r"(?<![a-z0-9])(?:tong|bao nhieu|may|how many|sum)(?![a-z0-9])")
# These stand in many a sentence that asks nothing: alone beside unknown words they mean nothing.
WEAK = frozenset({Kind.FIGURES, Kind.REPORT})
# What a misspelt cue may have been meant as; only where no cue stands there as it is written.
MEANT = {
    "chua nop": Kind.NOT_SENT,
    "chua gui": Kind.NOT_SENT,
    "nop chua": Kind.PROGRESS,
    "tien do": Kind.PROGRESS,
    "chi tieu": Kind.TARGET,
    "muc tieu": Kind.TARGET,
    "cung ky": Kind.COMPARE,
    "so sanh": Kind.COMPARE,
    "bieu do": Kind.CHART,
    "don doc": Kind.NUDGE,
    "van ban": Kind.DOCUMENT,
    "vuong mac": Kind.DIFFICULTIES,
    "kho khan": Kind.DIFFICULTIES,
    "tong hop": Kind.FIGURES,
    "bao nhieu": Kind.FIGURES,
    "so lieu": Kind.FIGURES,
    "dau moi": Kind.PEOPLE,
    "cham nop": Kind.LATE,
    "qua han": Kind.LATE,
    "tong ket": Kind.YEARLY,
}
# What else may have been meant, by what was read.
ALSO: dict[Kind, tuple[Kind, ...]] = {
    Kind.NUDGE: (Kind.NOT_SENT, Kind.PROGRESS),
    Kind.LATE: (Kind.NOT_SENT, Kind.PROGRESS),
    Kind.REASONS: (Kind.LATE, Kind.PROGRESS),
    Kind.DEADLINE: (Kind.NOT_SENT, Kind.PROGRESS),
    Kind.TREND: (Kind.PROGRESS, Kind.CHART),
    Kind.CHART: (Kind.TARGET_CHART, Kind.YEARS_CHART),
    Kind.PUNCTUAL: (Kind.LATE, Kind.NOT_SENT),
    Kind.RETURNED: (Kind.PROGRESS, Kind.PUNCTUAL, Kind.NOT_SENT),
    Kind.NOT_SENT: (Kind.PROGRESS, Kind.FIGURES),
    Kind.PROGRESS: (Kind.NOT_SENT, Kind.FIGURES),
    Kind.TARGET: (Kind.FIGURES, Kind.PROGRESS),
    Kind.UNCONNECTED: (Kind.NOT_SENT, Kind.PROGRESS),
    Kind.PEOPLE: (Kind.UNCONNECTED, Kind.NOT_SENT),
    Kind.REPORT: (Kind.FIGURES, Kind.DOCUMENT, Kind.PROGRESS),
    Kind.YEARLY: (Kind.FIGURES, Kind.COMPARE, Kind.TARGET),
    Kind.DOCUMENT: (Kind.FIGURES, Kind.TARGET, Kind.PROGRESS),
    Kind.UNREACHED: (Kind.NOT_SENT, Kind.PROGRESS),
    Kind.DIFFICULTIES: (Kind.LATE, Kind.PROGRESS),
}
ELSE = (Kind.PROGRESS, Kind.FIGURES, Kind.TARGET)

# Words around a question that name nothing themselves.
FILLER = frozenset(
    plain(
        "xa phuong thi tran huyen thanh pho tp tx tinh quan so ban nganh to toan ca nuoc dia cua o"
        " tai trong ve cho voi va hay la ma nhe nha a u ah oi giup ho minh toi em anh chi sep nhung"
        " cac may cai nay kia do the nao gi ai dau roi chua con da dang duoc khong co bi hien hom"
        " gio bay den toi tu ngay thang ky dot lan quy nam ngoai truoc sau qua xem hoi biet muon"
        " can noi bao cao lieu luong tong cong ket thong tin vay day nhi nhat luon di vua"
        " moi xin lam on nho lay liet ke danh sach bang het tat nguoi don vi phan tram ty le thuc"
        " cap theo trang thai ra sao nhu nhieu nop gui hinh lai van khi dung viec them nua thieu"
        " dat hoan mot it ben phia coi thu gium dum"
        " the me show please of in for how is are what which unit units who has have sent yet"
    ).split()
)
