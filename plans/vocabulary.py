"""The words officials put around an answer; a word that is not here makes an answer doubtful."""

from plans.spelling import lexicon, phrases

COURTESY = lexicon(
    "dạ vâng thưa ạ à ơi nhé nha nhá nhe kính gửi xin phép cảm cám ơn trân trọng",
    "anh chị em chú bác mình tôi sếp đồng chí quý",
)
PLACE = phrases(
    "bên, ở, tại, trên địa bàn, địa bàn, đơn vị, địa phương, xã, phường, thị trấn, huyện, cơ quan",
    "chúng, toàn, hiện, hiện nay, hiện tại, nay, đến nay, đến giờ, tính đến nay, thời điểm này",
    "tạm thời, vẫn, trong kỳ, kỳ này, trong tháng, tháng này, trong quý, quý này, trong, này",
    "báo cáo, trong kỳ báo cáo, của",
)
LABEL = lexicon("số tổng cộng kết quả lượng liệu")
FRAME = lexicon("là có được gồm bằng chỉ đã trong kỳ này báo cáo đúng chính xác ok oke thôi")
DEED = phrases(
    "tổ chức, kiểm tra, tuyên truyền, xử lý, xử phạt, tập huấn, tiếp nhận, triệt phá, phát hiện",
    "hỗ trợ, tư vấn, đăng, phát, đăng tải, truy tố, xét xử, can thiệp, tiếp cận, vi phạm, ban hành",
    "triển khai, thực hiện, kiện toàn, duy trì, lồng ghép, xây dựng, thành lập, hoạt động, bố trí",
    "phổ biến, phối hợp, mở, làm, bị xử lý, bị xử phạt, hành chính, xử phạt hành chính, thanh tra",
)
UNIT = phrases(
    "cuộc, lượt, người, cơ sở, vụ, vụ việc, vụ án, tin, bài, tin bài, lớp, trường, mô hình, xã",
    "phường, thị trấn, huyện, đơn vị, buổi, hội nghị, đối tượng, đợt, lần, tháng, học sinh, kỳ",
    "sinh viên, cán bộ, lao động, người lao động, tổ, đội, chuyên mục, tờ rơi, tờ gấp, tờ, pano",
    "áp phích, băng rôn, khẩu hiệu, trường hợp, hồ sơ, kế hoạch, văn bản, nhà nghỉ, khách sạn",
    "nhà trọ, nhà hàng, quán karaoke, karaoke, thôn, khu, hộ, phụ nữ, cái, chiếc, án",
    "đoàn viên, hội viên, câu lạc bộ, clb, nhóm, điểm, tố giác, tin báo, bị can, bị cáo, hành vi",
    "tội phạm, phóng sự, chương trình, bảng, đĩa, tài liệu, lượt truyền thông, pa nô, công nhân",
    "người dân, quần chúng, nhân dân, người nghe, người tham dự, người tham gia, đại biểu",
    "cơ sở kinh doanh dịch vụ, cơ sở kinh doanh, lượt kiểm tra, cskd, hssv",
)
MONEY_UNIT = lexicon("đồng đ vnd vnđ")
TRAILING = phrases(
    "nào, gì, ai, hết, cả, đâu, phát sinh, trong kỳ, trong kỳ này, kỳ này, trong quý, trong tháng"
)
TIME = lexicon("ngày tháng quý năm q t")
ORDINAL = lexicon("lần đợt câu mục biểu lục đội thứ khóa số khoản kỳ")
APPROXIMATE = lexicon(
    "khoảng trên hơn gần dưới tối thiểu đa ít nhất nhiều chừng tầm cỡ độ ước tính xấp xỉ ngoài",
    "non trở lên mấy ngót già quá đến tới đổ lại",
)
VAGUE = lexicon("vài mấy nhiều ít dăm nửa đa hầu toàn tất cả")
NEGATIVE = lexicon("không ko k kg kh khg kô hông hong hok hem chẳng chả")

ZERO_PHRASES = phrases(
    "không",
    "không có",
    "không có gì",
    "không phát sinh",
    "không có phát sinh",
    "không ps",
    "không có ps",
    "không ai",
    "zero",
)
MISSING_PHRASES = phrases(
    *("chưa", "chưa có", "chưa tổng hợp", "chưa tổng hợp được", "chưa tổng hợp xong"),
    *("chưa có số liệu", "chưa có số", "chưa số liệu", "chưa đủ số liệu", "chưa có dữ liệu"),
    *("chưa thống kê", "chưa thống kê được", "chưa nắm", "chưa nắm được", "chưa rõ", "chưa biết"),
    *("chưa cập nhật", "chưa cập nhật số liệu", "chưa báo cáo", "chưa có báo cáo", "chưa xong"),
    *("chưa có thông tin", "chưa có kết quả", "chưa nhận được số liệu", "chưa tổng hợp số liệu"),
    *("chưa có số liệu tổng hợp", "chưa có số liệu cụ thể", "chưa thống kê số liệu"),
    *("đang cập nhật", "đang cập nhật số liệu", "đang tổng hợp", "đang tổng hợp số liệu"),
    *(
        "đang thống kê",
        "đang chờ",
        "đang chờ số liệu",
        "đang đợi",
        "đang đợi số liệu",
        "đang rà soát",
    ),
    *("chờ", "chờ số liệu", "chờ tổng hợp", "chờ cập nhật", "đợi số liệu", "bỏ qua", "bỏ trống"),
    *("không rõ", "không biết", "không nắm", "không nắm được", "không nhớ", "không có số liệu"),
    *("không có số", "không số liệu", "không có dữ liệu", "không có thông tin", "không xác định"),
    *("không thống kê", "không thống kê được", "thiếu số liệu", "cập nhật sau", "bổ sung sau"),
    *("báo cáo sau", "gửi sau", "sẽ bổ sung", "sẽ bổ sung sau", "sẽ cập nhật", "sẽ cập nhật sau"),
)
ABSENT_PHRASES = phrases(
    *("không áp dụng", "không thuộc", "không thuộc diện", "không thuộc phạm vi", "ngoài phạm vi"),
    *("không thuộc đối tượng", "không thuộc thẩm quyền", "không thuộc chức năng", "kad", "na"),
    *("không thuộc nhiệm vụ", "không thuộc lĩnh vực", "không liên quan", "không có chức năng"),
    *("không thuộc chức năng nhiệm vụ", "không thuộc diện báo cáo", "không thuộc diện áp dụng"),
    *("không thuộc trách nhiệm", "không thuộc phạm vi báo cáo", "không ad"),
)
MISSING_SIGNS = frozenset({"-", "--", "---", "(-)", "?", "??", "???", "...", "…", "x", "xx", "_"})
ABSENT_SIGNS = frozenset({"n/a", "n.a", "n.a.", "n\\a", "k.a.d", "k/a/d", "(n/a)"})
TICKS = frozenset({"x", "[x]", "(x)", "✓", "✔", "☑", "✅"})
YES_PHRASES = phrases(
    *("có", "rồi", "đã", "đúng", "ok", "oke", "okê", "okie", "okay", "vâng", "dạ", "yes", "có rồi"),
    *(
        "đã có",
        "đã có rồi",
        "đúng rồi",
        "đúng vậy",
        "dạ vâng",
        "vâng dạ",
        "dạ có",
        "xong rồi",
        "đã xong",
    ),
    *("đã làm", "đã làm rồi", "làm rồi", "đủ rồi", "vâng có", "ok rồi", "có chứ", "rồi có"),
)
NO_PHRASES = phrases(
    "không", "chưa", "không có", "chưa có", "no", "không có gì", "chưa đâu", "chưa xong"
)
COURTEOUS_SIGNS = "👍👌🙏😊🙂😄😁☺❤💐🌹🌺🌸🫡"
