"""Every command on one screen: how it is typed, what it runs, the plain words that mean it."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers import (
    accepting,
    announcing,
    channels,
    charting,
    closing,
    correcting,
    deadlines,
    delaying,
    difficulties,
    documenting,
    due_dates,
    extending,
    handing_over,
    helping,
    inviting,
    late,
    linking,
    managing,
    merging,
    moves,
    not_sent,
    notes,
    nudging,
    on_behalf,
    personal,
    progress,
    punctual,
    report,
    request_moves,
    requesting,
    revoking,
    snoozing,
    targeting,
    trend,
    unreached,
    who_joined,
    writing_moves,
    written_commands,
    years,
)
from handlers.cards import check_card
from handlers.desks import current_desk
from handlers.turn import Turn
from plans.messages import Reply

Run = Callable[[Turn, str], Reply]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: how it is typed, what it runs, the plain words that also mean it.

    `words` are compared without accents; those ending in … may be followed by an argument.
    """

    name: str
    run: Run
    words: tuple[str, ...] = ()
    documented: bool = True


def _show_check(turn: Turn, _argument: str) -> Reply:
    return check_card(turn, current_desk(turn))


def _menu(turn: Turn, _argument: str) -> Reply:
    return request_moves.current_card(turn)


def stale(turn: Turn, _argument: str) -> Reply:
    """Show the current card to somebody who used an old one."""
    return request_moves.current_card(turn, before=turn.text("card.stale"))


COMMANDS: tuple[Command, ...] = (
    Command("/start", _menu, ("bat dau", "menu", "xin chao", "hello")),
    Command(
        "/baocao",
        report.report,
        ("nhap so lieu", "nhap tiep", "nhap ngay", "enter figures", "go on", "report"),
    ),
    Command("/huy", writing_moves.leave, ("huy", "huy bo", "de sau", "thoat", "cancel", "later")),
    Command("/quaylai", writing_moves.back, ("quay lai", "lui", "cau truoc", "back")),
    Command("/boqua", moves.skip, ("bo qua", "skip")),
    Command("/sua", writing_moves.edit, ("sua…", "sua cau…", "cau…", "edit…")),
    Command("/kiemtra", _show_check, ("kiem tra", "xem lai", "check")),
    Command("/dinhchinh", correcting.correct, ("dinh chinh", "correct")),
    Command("/nhaclai", snoozing.again, ("nhac lai…", "remind me…")),
    Command(
        "/lydocham",
        delaying.explain,
        ("bao ly do cham…", "ly do cham…", "reason for delay…"),
    ),
    Command("/trangthai", personal.status, ("trang thai", "status")),
    Command("/lichsu", personal.history, ("lich su", "history")),
    Command("/tracuu", personal.look_up, ("tra cuu…",)),
    Command("/donvi", personal.units, ("don vi", "doi don vi", "units")),
    Command("/ngonngu", personal.language, ("ngon ngu…", "language…")),
    Command("/kenh", channels.channels, ("kenh", "kenh lien lac", "channels")),
    Command("/themkenh", channels.add_channel, ("them kenh", "add channel")),
    Command("/roi", personal.leave_unit, ("roi don vi",)),
    Command("/trogiup", helping.help_, ("tro giup", "huong dan", "giup", "help", "/help")),
    Command("/tiendo", progress.progress, ("tien do…", "tiendo…", "tinh hinh…", "progress…")),
    Command("/huyen", progress.by_district, ("theo huyen…", "by district…")),
    Command("/chuanop", not_sent.not_sent, ("chua nop…", "chuanop…", "not sent…")),
    Command("/nopcham", late.late, ("nop cham…", "nop muon…", "nop tre…", "sent late…")),
    Command("/xuhuong", trend.trend, ("xu huong…", "xuhuong…", "may ngay qua…", "trend…")),
    Command(
        "/bieudo",
        charting.chart,
        (
            "bieu do…",
            "bieu do tien do…",
            "bieu do theo huyen…",
            "ve bieu do…",
            "ve bieu do tien do…",
            "chart…",
            "progress chart…",
        ),
    ),
    Command(
        "/luoi",
        charting.grid,
        ("luoi…", "bieu do luoi…", "ve luoi…", "ve bieu do luoi…", "grid…", "chart grid…"),
        documented=False,
    ),
    Command(
        "/hinhchitieu",
        charting.targets,
        ("bieu do chi tieu…", "ve bieu do chi tieu…", "hinh chi tieu…", "chart targets…"),
        documented=False,
    ),
    Command(
        "/hinhcungky",
        charting.years,
        (
            "bieu do cung ky…",
            "bieu do so voi cung ky…",
            "bieu do so sanh cung ky…",
            "ve bieu do cung ky…",
            "hinh cung ky…",
            "chart last year…",
        ),
        documented=False,
    ),
    Command(
        "/hannop",
        due_dates.due,
        (
            "han nop…",
            "thoi han nop…",
            "han chot…",
            "con may ngay…",
            "con bao nhieu ngay…",
            "khi nao het han…",
            "bao gio het han…",
            "deadline…",
        ),
        documented=False,
    ),
    Command("/xem", progress.unit_page, ("xem…", "show…")),
    Command("/tonghop", years.summed, ("tong hop…", "tonghop…", "figures…")),
    Command("/giaidoan", years.over_years, ("giai doan…", "so ket…", "tong ket…", "years…")),
    Command("/dunghan", punctual.punctual, ("dung han…", "ky luat bao cao…", "punctuality…")),
    Command(
        "/chitieu",
        targeting.targets,
        ("chi tieu…", "chitieu…", "so voi chi tieu…", "dat chi tieu…", "targets…"),
    ),
    Command(
        "/vanban",
        documenting.offer,
        (
            "van ban…",
            "xuat van ban…",
            "xuat bao cao",
            "xuat bao cao word…",
            "xuat word…",
            "bao cao word…",
            "tai bao cao",
            "documents…",
        ),
    ),
    Command("/luuy", notes.notes, ("luu y", "diem can luu y", "notes")),
    Command("/moi", inviting.invite, ("moi…", "invite…")),
    Command(
        "/nguoi", who_joined.who, ("con nguoi…", "can bo dau moi…", "ai da ket noi…", "people…")
    ),
    Command("/thuhoi", revoking.revoke, ("thu hoi…", "take back…")),
    Command("/bangiao", handing_over.hand_over, ("ban giao…", "hand over…")),
    Command("/traplai", managing.return_report, ("tra lai…", "return…")),
    Command("/mokhoa", managing.unlock, ("mo khoa…", "unlock…")),
    Command("/tiepnhan", accepting.accept, ("tiep nhan…", "duyet bao cao…", "accept…")),
    Command("/nhapthay", on_behalf.enter_for, ("nhap thay…", "nhap ho…", "enter for…")),
    Command("/gop", merging.merge, ("gop bao cao…", "chuyen bao cao…", "merge…")),
    Command(
        "/khoaky",
        closing.close,
        ("khoa ky…", "khoa so lieu…", "chot ky…", "chot so lieu…", "close period…"),
    ),
    Command("/dondoc", nudging.nudge, ("don doc…", "dondoc…", "nudge…")),
    Command(
        "/yeucau",
        requesting.requests,
        ("yeu cau bao cao…", "de nghi bao cao…", "yeucau…", "request…", "requests"),
    ),
    Command(
        "/thongbao",
        announcing.announce,
        ("thong bao…", "thongbao…", "ra thong bao…", "announce…", "announcements"),
    ),
    Command(
        "/vuongmac",
        difficulties.difficulties,
        (
            "vuong mac…",
            "vuongmac…",
            "kho khan…",
            "kien nghi…",
            "kho khan vuong mac…",
            "vuong mac kho khan…",
            "difficulty…",
            "difficulties…",
        ),
    ),
    Command("/giahan", extending.extend, ("gia han…", "extend…")),
    Command("/dathan", deadlines.set_deadline, ("dat han…", "set deadline…")),
    Command(
        "/khongnhan",
        unreached.not_reached,
        ("khong nhan duoc…", "khong nhan duoc tin…", "unreachable…"),
    ),
    Command("/nhom", linking.group_links, ("nhom", "groups")),
    Command("/lienket", linking.only_in_groups),
    *(Command(*carried, documented=False) for carried in written_commands.CARRIED),
    # The yes and no to a join code, tapped once more after it was answered.
    Command("/xacnhan", stale, documented=False),
    Command("/khongphaitoi", stale, documented=False),
)

BY_NAME = {command.name: command for command in COMMANDS}
_MORE = "…"


def by_words(said: str) -> tuple[Command, str] | None:
    """Return the command that plain words mean, the longest words first."""
    best: tuple[int, Command, str] | None = None
    for command in COMMANDS:
        for words in command.words:
            stem = words.removesuffix(_MORE)
            rest = said[len(stem) :]
            fits = said == words or (
                stem != words and said.startswith(stem) and (not rest or not rest[0].isalnum())
            )
            if fits and (best is None or len(stem) > best[0]):
                best = (len(stem), command, rest.lstrip(" :,;").rstrip())
    return (best[1], best[2]) if best else None
