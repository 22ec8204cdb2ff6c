"""Places that are spelt like people, so that a unit, street or school is not taken for a person.

Every commune, district and province, before and after 1/7/2025, whose name starts, with accents or
without, like a surname or a form of address; and those after whom streets and schools are named.
"""

from plans.spelling import plain

_NAMES = (
    "Tân Văn, Tân Uyên, Bắc Tân Uyên, "
    "Anh Dũng, Anh Sơn, Anh Sơn Đông, Ba Bể, Ba Chẽ, Ba Tri, Ba Tơ, Ba Vì, Ba Đình, Bà Nà, Bà "
    "Rịa, Bà Triệu, Bà Điểm, Bác Ái, Bác Ái Tây, Bác Ái Đông, Bùi Thị Xuân, Chi Lăng, Chi Nê, "
    "Cô Ba, Cô Tô, Dang Kang, Dào San, Dương Hoà, Dương Huy, Dương Hưu, Dương Kinh, Dương Minh "
    "Châu, Dương Nỗ, Dương Nội, Dương Quan, Dương Quỳ, Dương Đình Nghệ, Hoang Thèn, Hoàng An, "
    "Hoàng Châu, Hoàng Cương, Hoàng Diệu, Hoàng Hoa Thám, Hoàng Liệt, Hoàng Lâm, Hoàng Mai, "
    "Hoàng Quế, Hoàng Quốc Việt, Hoàng Sa, Hoàng Su Phì, Hoàng Tân, Hoàng Vân, Hoàng Văn Thụ, "
    "Hoàng Đan, Hoằng Giang, Hoằng Hoá, Hoằng Lộc, Hoằng Phú, Hoằng Sơn, Hoằng Thanh, Hoằng "
    "Tiến, Huỳnh Thúc Kháng, Hố Mít, Hố Nai, Hồ Chí Minh, Hồ Gươm, Hồ Hoàn Kiếm, Hồ Thầu, Hồ "
    "Thị Kỷ, Hồ Tràm, Hồ Tây, Hồ Tùng Mậu, Hồ Vương, Hồ Xuân Hương, Hồ Đắc Kiện, Lê Chân, Lê "
    "Duẩn, Lê Hồ, Lê Hồng Phong, Lê Hữu Trác, Lê Lai, Lê Lợi, Lê Quý Đôn, Lê Thanh Nghị, Lê "
    "Thiện, Lê Thánh Tông, Lê Văn Lương, Lê Văn Tám, Lê Ích Mộc, Lê Đại Hành, Lý Bôn, Lý Công "
    "Uẩn, Lý Học, Lý Nam Đế, Lý Nhân, Lý Quốc, Lý Sơn, Lý Thái Tổ, Lý Thường Kiệt, Lý Tự Trọng, "
    "Lý Văn Lâm, Lương Bằng, Lương Hoà, Lương Hoà Lạc, Lương Minh, Lương Ngọc Quyến, Lương Phú, "
    "Lương Sơn, Lương Thế Trân, Lương Thế Vinh, Lương Thịnh, Lương Tài, Lương Tâm, Lương Văn "
    "Can, Lương Văn Tri, Lệ Ninh, Lệ Thuỷ, Nguyên Bình, Nguyên Giáp, Nguyễn An Ninh, Nguyễn "
    "Bỉnh Khiêm, Nguyễn Chí Thanh, Nguyễn Công Trứ, Nguyễn Cư Trinh, Nguyễn Du, Nguyễn Huệ, "
    "Nguyễn Hữu Cảnh, Nguyễn Hữu Thọ, Nguyễn Khuyến, Nguyễn Lương Bằng, Nguyễn Nghiêm, Nguyễn "
    "Phích, Nguyễn Thiện Thuật, Nguyễn Thái Học, Nguyễn Thị Minh Khai, Nguyễn Tri Phương, "
    "Nguyễn Trung Trực, Nguyễn Trãi, Nguyễn Tất Thành, Nguyễn Việt Khái, Nguyễn Văn Cừ, Nguyễn "
    "Văn Linh, Nguyễn Văn Trỗi, Nguyễn Ái Quốc, Nguyễn Úy, Nguyễn Đình Chiểu, Nguyễn Đại Năng, "
    "Ngô Gia Tự, Ngô Mây, Ngô Quyền, Ngô Thì Nhậm, Phan Bội Châu, Phan Chu Trinh, Phan Châu "
    "Trinh, Phan Dũng, Phan Hiệp, Phan Hoà, Phan Hòa, Phan Lâm, Phan Ngọc Hiển, Phan Rang, Phan "
    "Rí, Phan Rí Cửa, Phan Rí Thành, Phan Sơn, Phan Thanh, Phan Thiết, Phan Tiến, Phan Điền, "
    "Phan Đình Phùng, Phan Đăng Lưu, Phạm Hồng Thái, Phạm Ngũ Lão, Phạm Sư Mạnh, Phạm Văn Đồng, "
    "Sùng Nhơn, Sùng Phài, Truông Mít, Trân Châu, Trương Hán Siêu, Trương Quang Trọng, Trương "
    "Định, Trường Giang, Trường Hà, Trường Khánh, Trường Long, Trường Long Hoà, Trường Long "
    "Tây, Trường Lâm, Trường Lưu, Trường Ninh, Trường Phú, Trường Sa, Trường Sinh, Trường Sơn, "
    "Trường Thi, Trường Thành, Trường Thọ, Trường Tân, Trường Vinh, Trường Văn, Trường Xuân, "
    "Trấn Biên, Trấn Dương, Trấn Yên, Trần Bình Trọng, Trần Cao Vân, Trần Hưng Đạo, Trần Khánh "
    "Dư, Trần Liễu, Trần Lãm, Trần Nguyên Hãn, Trần Nguyên Đán, Trần Nhân Tông, Trần Nhật Duật, "
    "Trần Phán, Trần Phú, Trần Quang Khải, Trần Quý Cáp, Trần Quốc Toản, Trần Thành Ngọ, Trần "
    "Thương, Trần Văn Thời, Trần Đăng Ninh, Trần Đề, Trịnh Hoài Đức, Trịnh Tường, Vu Gia, Vàng "
    "Danh, Vàng Ma Chải, Vàng San, Vô Ngại, Vô Tranh, Võ Chí Công, Võ Cường, Võ Lao, Võ Miếu, "
    "Võ Nguyên Giáp, Võ Nhai, Võ Thị Sáu, Võ Văn Kiệt, Võ Xu, Võ Đắt, Vũ Dương, Vũ Hoà, Vũ "
    "Lăng, Vũ Lễ, Vũ Ninh, Vũ Oai, Vũ Phúc, Vũ Quang, Vũ Quý, Vũ Thư, Vũ Tiên, Vụ Bản, Vụ Bổn, "
    "Đinh Bộ Lĩnh, Đinh Công Tráng, Đinh Tiên Hoàng, Đinh Trang Thượng, Đinh Văn Lâm Hà, Đào "
    "Duy Từ, Đào Tấn, Đào Viên, Đào Xá, Đình Cương, Đình Lập, Đình Phong, Đô Lương, Đô Vinh, "
    "Đường An, Đường Hào, Đường Hồng, Đường Thượng, Đạo Thạnh, Đạo Trù, Đằng Giang, Đằng Hải, "
    "Đằng Lâm, Đặng Thai Mai, Đặng Thuỳ Trâm, Đặng Trần Côn, Định Công, Định Hoà, Định Mỹ, Định "
    "Quán, Định Thành, Định Tân, Đồ Sơn"
)
PLACES = frozenset(tuple(plain(name).split()) for name in _NAMES.split(", "))
LONGEST_PLACE = max(map(len, PLACES))
