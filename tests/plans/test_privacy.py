"""What must not be stored is seen, and what officers and coordinators write is let through."""

import csv
import unicodedata
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import LANGUAGES, catalog
from plans.person_names import person_names
from plans.places import PLACES
from plans.privacy import Concern, concern

UNIT_FILES = sorted(Path(__file__).parents[2].glob("plans/packs/*/units.csv"))
KINDS = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Xã", "Huyện", "Quận", "Tỉnh")

CAUGHT = {
    Concern.ACCOUNT: (
        "lan.nguyen@gmail.com",
        "gửi qua hoa@yahoo.com.vn nhé",
        "https://facebook.com/lan.ngoc",
        "zalo.me/hoa123",
        "stk 190345678901",
        "tài khoản: 1903 4567 8901",
    ),
    Concern.PLATE: ("30H-123.45", "xe 29X1-123.45", "biển số 86B 12345", "60A-12345"),
    Concern.BUSINESS: (
        "Karaoke Hoàng Gia nghi vấn",
        "nhà nghỉ Hoa Mai có 2 người",
        "bổ sung khách sạn Mường Thanh",
        "3 cuộc ở quán bar Đêm Trắng",
    ),
    Concern.PHONE: (
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "0912-345-678",
        "091 234 5678",
        "0912 34 56 78",
        "0912 345678",
        "(0912) 345 678",
        "09.12.34.56.78",
        "09 12 34 56 78",
        "0 912 345 678",
        "+84912345678",
        "+84 912 345 678",
        "+84 (0)912345678".replace("(0)", ""),
        "84912345678",
        "84 912 345 678",
        "o912345678",
        "sđt 0387654321",
        "sdt:0387654321",
        "lien he 056 123 4567 nhe",
        "BC 15 1250 0912 345 678",
        "BC 15 0771234567 3",
        "12 cuộc, gọi 0868 123 456",
        "０９１２３４５６７８",
        "0912\xa0345\xa0678",
        "0213 3876 543",
        "02133876543",
        "024 3825 1234",
        "0\u200b912345678",
    ),
    Concern.IDENTITY: (
        "012190001234",
        "022 190 001 234",
        "0311 9000 1234",
        "068.290.001.234",
        "CCCD 060190001234",
        "cccd: 999999999999",
        "căn cước 123 456 789 012",
        "số định danh 012345678901",
        "CMND 123456789",
        "cmt 123.456.789",
        "123456789",
        "chứng minh nhân dân số 045678912",
        "người này có 045678912",
    ),
    Concern.PASSPORT: (
        "B1234567",
        "C12345678",
        "hộ chiếu n1234567",
        "passport: K0123456",
        "c1234567",
    ),
    Concern.BIRTH_DATE: (
        "sinh năm 1990",
        "sinh ngày 12/3/1990",
        "sinh 12.3.90",
        "Sinh: 12/03/1990",
        "SN 1985",
        "SN: 12/3/1985",
        "NS 1999",
        "ns 12-3-2001",
        "năm sinh: 1992",
        "ngày sinh 5/6/1990",
        "ngày tháng năm sinh: 5/6/1990",
        "sinh ngay 5 thang 6",
        "nguoi ban dam sinh nam 1988",
        "dob 1/2/1990",
    ),
    Concern.PERSON_NAME: (
        "Nguyễn Văn A",
        "Nguyễn Thị Lan",
        "nguyễn thị lan",
        "nguyen thi lan",
        "nguyen van a",
        "NGUYỄN VĂN A",
        "Trần Quốc Bình",
        "Lê Lan",
        "Hoàng Minh Đức",
        "Vũ Thị Hoa",
        "vu thi hoa",
        "Hồ Văn Cường",
        "Phan Thị Mơ",
        "Lò Văn Ơn",
        "lò thị mai",
        "Giàng A Páo",
        "giàng a páo",
        "Vàng Thị Mỷ",
        "Tẩn Láo Tả",
        "Chẻo Mẩy",
        "chị Lan",
        "anh Hùng báo cáo",
        "bà Nga",
        "ông Tư",
        "em Hoa",
        "chi Lan",
        "anh Hung",
        "đối tượng Lù Văn Dua",
        "đối tượng Hoa",
        "doi tuong Lo Van A",
        "doi tuong nguyen thi b",
        "doi tuong lo thi b",
        "chị nguyễn lan",
        "anh trần bình",
        "ông Dương Tư",
        "đồng chí Phạm Tuấn",
        "đ/c Hùng",
        "UBND xã Mường Kim Nguyễn Thị Lan",
        "đã xử phạt Nguyễn Thị B 500k",
        "Đặng Thị Ngọc Ánh, 12 lượt",
        unicodedata.normalize("NFD", "Nguyễn Thị Lan"),
    ),
    Concern.HOME_ADDRESS: (
        "số nhà 12",
        "so nha 12/3",
        "ngõ 5",
        "ngách 12/4",
        "hẻm 99",
        "thôn 3",
        "thon 3",
        "tổ 5",
        "tổ dân phố 7",
        "to dan pho 7",
        "khu phố 2",
        "khu 4",
        "bản 2",
        "xóm 6",
        "đường 30",
        "thường trú tại xã",
        "tạm trú phường Trần Phú",
        "ho khau Lai Chau",
        "SN 12/3",
        "số 25 đường Trần Phú",
    ),
    Concern.SECRECY_MARK: (
        "MẬT",
        "TÀI LIỆU MẬT",
        "MẬT - báo cáo",
        "tối mật",
        "TỐI MẬT",
        "Tuyệt mật",
        "TUYỆT MẬT",
        "tuyet mat",
        "TOI MAT",
        "văn bản này đóng dấu MẬT",
        "Độ mật: A",
        "(Mật)",
    ),
    Concern.LIST: (
        "1. Nguyễn Thị A\n2. Trần Thị B",
        "Nguyễn Văn A, Lê Thị B, Trần Văn C",
        "Nguyễn Thị A 1990\nLò Thị B 1992",
        "0912345678\n0987654321",
        "STT Họ và tên Năm sinh Địa chỉ",
        "danh sách: chị Lan",
        "danh sách 0912345678",
        "chị Lan, chị Hoa, chị Mai",
        "Lan sinh năm 1990, Hoa sinh năm 1992",
        "012190001234 và 022190001234",
    ),
}

LET_THROUGH = (
    *(
        "12 nhà nghỉ, 3 karaoke",
        "Nhà nghỉ trên địa bàn: 12",
        "khách sạn Phường Mũi Né: 3",
        "Khách sạn, Nhà nghỉ, Karaoke: 5",
        "KHÁCH SẠN VÀ NHÀ NGHỈ 12",
        "nhà nghỉ 12 Karaoke 3",
        "Karaoke TT06=3",
    ),
    *(
        "tài khoản trò chuyện",
        "sai biển số liệu",
        "BC-24Q2-22915-7ZDR",
        "12A-15",
        "TT02 12-345",
        "@",
        "t.me",
    ),
    *("LC7K-2M9Q", "/start LC7K-2M9Q", "BC-25T6-03637-7F3K", "tra cứu BC-25T6-03637-7F3K"),
    *(
        "BC 15 1250 30/35 2 0 0 - 1",
        "BC 05 12 30 80 25",
        "BC 0 3 5 7 9 1 2 0 0 4",
        "bc 84 912 345 678",
    ),
    *(
        "BC 0 5 12 30 800 2 15",
        "TT02=15 TT03=1.250",
        "TT02=15 TT03=1.250 KT02 2",
        "kt03: 5\nkt04: 12",
    ),
    *(
        "huyện Bắc Bình nộp chưa",
        "phường Trần Hưng Đạo",
        "xã Lê Lợi",
        "phường Phan Rí",
        "Phan Rí Cửa",
    ),
    *("thị trấn Võ Xu", "xã Hồ Thầu", "tổng hợp quý 2", "tien do huyen Duc Linh", "Trần Hưng Đạo"),
    *("phuong tran hung dao nop chua", "tran hung dao", "xa le loi", "le loi nop chua", "Vo Xu"),
    *(
        "phường Võ Thị Sáu",
        "vo thi sau",
        "hoang van thu",
        "phường Hoàng Văn Thụ nộp chưa",
        "P. Lê Lợi",
    ),
    *("UBND xã Sùng Phài", "Vàng Ma Chải nộp chưa", "VÀNG DANH", "HUYỆN PHAN THIẾT NỘP CHƯA"),
    *("huyện Sìn Hồ", "Bình Dương", "Hải Dương", "Lâm Hà", "tỉnh Lâm Đồng", "Bà Rịa", "xã Bà Điểm"),
    *("bảy mươi mốt", "tám trăm", "hai mươi ba nghìn", "bay muoi mot", "một triệu hai trăm nghìn"),
    *("1234567890", "1500000000", "150.000.000", "150000000", "1.250.000.000 đồng", "999.999.999"),
    *(
        "12/6/2024",
        "15.6.2026",
        "ngày 15 tháng 6 năm 2025",
        "từ 15/12/2025 đến 14/6/2026",
        "3/2024",
    ),
    *("sửa 2", "Sửa 12", "/baocao", "/trangthai", "/tiendo", "bỏ qua", "quay lại", "Nhập số liệu"),
    *("không phát sinh", "không phát sinh năm 2025", "học sinh 2025", "số học sinh năm 2024: 500"),
    *(
        "vệ sinh năm 2024",
        "an sinh 2025",
        "sinh viên 2024",
        "nữ sinh 2024",
        "NS 2025: 15",
        "sinh hoạt 12",
    ),
    *("ngân sách năm 2025", "hoc sinh nam 2024", "phat sinh 12/6/2024", "khai sinh năm 2024"),
    *("12 cơ sở", "3.083 cơ sở kinh doanh dịch vụ", "12 (mười hai)", "lớp 9", "Đội 178", "tổ 178"),
    *("văn bản 12", "phiên bản 2", "thành phố 2", "số tổ: 5", "12 bản", "5 thôn", "12 tổ", "to 12"),
    *(
        "ban 12 vu",
        "1227/KH-UBND",
        "879/UBND-VX ngày 16/7/2013",
        "Nghị định 09/2019/NĐ-CP",
        "khu vực 2 xã",
    ),
    *(
        "cơ sở lưu trú 12",
        "hồ sơ",
        "Hồ sơ 12",
        "HỒ SƠ BÁO CÁO",
        "vũ trường 3",
        "Vũ trường",
        "lý do chậm",
    ),
    *(
        "LÝ DO NỘP CHẬM",
        "dương tính",
        "phạm vi",
        "đối tượng phạm tội",
        "doi tuong pham toi",
        "lê thê",
    ),
    *(
        "đô thị mới",
        "do thi hoa",
        "phan thi kien thuc",
        "12 vu thi hanh an",
        "dang van dong",
        "mùa thi",
    ),
    *(
        "vâng thi hành",
        "vang thi hanh",
        "tuyên truyền lưu động",
        "nguyên nhân",
        "trần nhà",
        "dương lịch",
    ),
    *(
        "anh chị em",
        "Anh/chị cho hỏi",
        "chị em phụ nữ",
        "em gửi báo cáo ạ",
        "Em Gửi báo cáo",
        "ông bà",
    ),
    *(
        "dạ em chưa có số liệu ạ",
        "anh ơi",
        "bà con",
        "chi cục Dân số",
        "Chi cục Dân số",
        "Em chào chị",
    ),
    *("chị ơi xã em nộp chưa", "anh UBND xã", "còn ai chưa nộp quý 2", "danh sách đơn vị chưa nộp"),
    *("tổng lượt người được tuyên truyền 6 tháng", "so với cùng kỳ", "có cần ghi họ tên không"),
    *(
        "bí mật",
        "bí mật nhà nước là gì",
        "BÍ MẬT",
        "BẢO MẬT",
        "mật khẩu",
        "MẬT KHẨU",
        "mật độ dân số",
    ),
    *("thân mật", "toi mat mat khau", "xã Mật Sơn", "PHƯỜNG MẬT SƠN", "mật ong", "tôi mất mã mời"),
    *(
        "trường THPT Lê Hồng Phong",
        "đường Nguyễn Trãi",
        "bệnh viện Nguyễn Tri Phương",
        "",
        "   ",
        "👍",
    ),
    *("0", "05", "0123", "12 15 30", "0912", "15-6", "10-12", "1 234 567", "03637", "03388 03390"),
    *("18001567", "19001234", "111", "02 15 30", "03.12.2025 15", "07/08/2025", "30/35", "12/15"),
    *("Sở Lao động", "Hội Liên hiệp Phụ nữ", "Mặt trận Tổ quốc", "Công an tỉnh", "VKSND, TAND"),
    *("Kính gửi anh/chị", "Trân trọng cảm ơn", "người bán dâm", "mại dâm", "mua bán người: 2"),
)


def unit_names() -> list[str]:
    names: set[str] = set()
    for path in UNIT_FILES:
        with path.open(encoding="utf-8") as file:
            names.update(row["name"] for row in csv.DictReader(file))
    return sorted(names)


def bare(name: str) -> str:
    return next((name[len(kind) + 1 :] for kind in KINDS if name.startswith(kind)), name)


@pytest.mark.parametrize(
    ("expected", "text"), [(kind, text) for kind, texts in CAUGHT.items() for text in texts]
)
def test_what_marks_a_person_or_a_secret_is_seen(expected: Concern, text: str) -> None:
    assert concern(text) == expected


@pytest.mark.parametrize("text", LET_THROUGH)
def test_what_officers_write_is_let_through(text: str) -> None:
    assert concern(text) is None


def test_the_corpus_is_large_enough() -> None:
    assert sum(map(len, CAUGHT.values())) >= 80
    assert len(LET_THROUGH) >= 120


def test_no_unit_is_taken_for_a_person() -> None:
    names = unit_names()
    assert len(names) > 500
    sentences = cycle(("đơn vị {} nộp chưa", "{} nop chua", "còn {}, xã khác?"))
    for name in names:
        forms = (name, bare(name), name.upper(), name.lower(), plainly(name), plainly(bare(name)))
        for said in sorted(set(forms)):
            for text in (said, next(sentences).format(said)):
                assert concern(text) is None, text


def plainly(name: str) -> str:
    marks = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "".join(mark for mark in marks if unicodedata.category(mark) != "Mn")


def test_no_listed_place_is_taken_for_a_person() -> None:
    for place in PLACES:
        for said in (" ".join(place), " ".join(place).title(), " ".join(place).upper()):
            assert person_names(said) == [], said


def test_a_person_beside_a_place_is_still_seen() -> None:
    assert concern("phường Trần Hưng Đạo, Nguyễn Thị Lan") is Concern.PERSON_NAME
    assert concern("xã Lê Lợi Nguyễn Thị Lan") is Concern.PERSON_NAME


def test_a_pasted_document_is_refused_whole() -> None:
    assert concern("12 cuộc " * 1000) is Concern.LIST


@given(st.text())
def test_any_text_is_judged_without_error(text: str) -> None:
    assert concern(text) in {None, *Concern}


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_every_mobile_number_is_seen(number: str, gap: str) -> None:
    written = gap.join((number[:4], number[4:7], number[7:]))

    assert concern(f"gọi số {written} nhé") is Concern.PHONE


@given(st.lists(st.integers(1, 99_999), min_size=1, max_size=12))
def test_no_quick_report_is_refused(counts: list[int]) -> None:
    assert concern("BC " + " ".join(map(str, counts))) is None


def test_every_concern_has_its_words() -> None:
    for language in LANGUAGES:
        for kind in Concern:
            assert catalog(language)[f"privacy.concern.{kind.value}"]
        assert {"privacy.refused", "privacy.secret"} <= set(catalog(language))
