"""Every command on one screen: how it is typed, what it runs, the plain words that mean it."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers import (
    accepting,
    announcing,
    answering,
    batch,
    channels,
    charting,
    closing,
    correcting,
    deadlines,
    delaying,
    difficulties,
    documenting,
    extending,
    handing_over,
    inviting,
    inviting_all,
    linking,
    managing,
    merging,
    moves,
    notes,
    nudging,
    on_behalf,
    personal,
    progress,
    punctual,
    report,
    request_moves,
    request_steps,
    requesting,
    revoking,
    sending,
    snoozing,
    targeting,
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
    Command("/huy", writing_moves.leave, ("huy", "de sau", "thoat", "cancel", "later")),
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
    Command("/trogiup", personal.help_, ("tro giup", "huong dan", "giup", "help", "/help")),
    Command("/tiendo", progress.progress, ("tien do…", "tiendo…", "tinh hinh…", "progress…")),
    Command("/huyen", progress.by_district, ("theo huyen…", "by district…")),
    Command("/chuanop", progress.not_sent, ("chua nop…", "chuanop…", "not sent…")),
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
    Command("/xem", progress.unit_page, ("xem…", "show…")),
    Command("/tonghop", years.summed, ("tong hop…", "tonghop…", "figures…")),
    Command("/giaidoan", years.over_years, ("giai doan…", "so ket…", "tong ket…", "years…")),
    Command("/dunghan", punctual.punctual, ("dung han…", "ky luat bao cao…", "punctuality…")),
    Command(
        "/chitieu",
        targeting.targets,
        ("chi tieu…", "chitieu…", "so voi chi tieu…", "dat chi tieu…", "targets…"),
    ),
    Command("/vanban", documenting.offer, ("van ban…", "xuat van ban…", "documents…")),
    Command("/luuy", notes.notes, ("luu y", "diem can luu y", "notes")),
    Command("/moi", inviting.invite, ("moi…", "invite…")),
    Command("/moicap", inviting_all.issue_chosen, documented=False),
    Command("/nguoi", who_joined.who, ("con nguoi…", "ai da ket noi…", "people…")),
    Command("/thuhoi", revoking.revoke, ("thu hoi…", "take back…")),
    Command("/thuhoilam", revoking.revoked, documented=False),
    Command("/bangiao", handing_over.hand_over, ("ban giao…", "hand over…")),
    Command("/bangiaolam", handing_over.decided, documented=False),
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
    # What buttons carry; typed by hand they do no more than the button would.
    Command("/traloi", answering.given_answer, documented=False),
    Command("/giu", answering.keep, documented=False),
    Command("/giunguyen", answering.keep_noted, documented=False),
    Command("/nhaplai", answering.again, documented=False),
    Command("/doicho", answering.swap, documented=False),
    Command("/nhukytruoc", moves.as_before, ("nhu ky truoc", "as last time"), documented=False),
    Command(
        "/khongphatsinh",
        moves.nothing_occurred,
        ("khong phat sinh ca ky", "khong phat sinh gi ca ky", "nothing occurred all period"),
        documented=False,
    ),
    Command(
        "/camon",
        personal.thanks,
        (
            "cam on",
            "cam on anh",
            "cam on chi",
            "cam on anh chi",
            "xin cam on",
            "thank you",
            "thanks",
        ),
        documented=False,
    ),
    Command("/nhapnot", report.fill_in, ("nhap not", "fill in the rest"), documented=False),
    Command("/nhap", batch.enter_text, documented=False),
    Command("/gui", sending.send, ("gui bao cao", "gui", "send report"), documented=False),
    Command("/lydo", sending.correction_reason, documented=False),
    Command("/bodinhchinh", correcting.drop, ("bo dinh chinh",), documented=False),
    Command("/traplaicau", managing.return_questions, documented=False),
    Command("/traplaigui", managing.return_sent, documented=False),
    Command("/vanbanlap", documenting.make, documented=False),
    Command("/tiepnhangui", accepting.accept_all, documented=False),
    Command("/khongdung", on_behalf.found_wrong, documented=False),
    Command("/gopchot", merging.merged, documented=False),
    Command("/goplai", merging.unmerged, documented=False),
    Command("/khoakychot", closing.closed, documented=False),
    Command("/mokhoaky", closing.reopened, documented=False),
    Command("/dondocgui", nudging.nudge_sent, documented=False),
    Command("/nhomma", linking.link_code, ("lien ket nhom…", "link group…"), documented=False),
    Command("/nhombo", linking.unlink, documented=False),
    Command("/kenhtruoc", channels.put_first, documented=False),
    Command("/kenhbo", channels.remove, documented=False),
    Command(
        "/yeucautao",
        request_moves.create,
        (
            "tao yeu cau…",
            "tao yeu cau bao cao…",
            "tao de nghi…",
            "tao de nghi bao cao…",
            "new request…",
        ),
        documented=False,
    ),
    Command("/yeucautiep", request_moves.resume, documented=False),
    Command("/yeucaubuoc", request_moves.step, documented=False),
    Command("/yeucaudonvi", request_steps.units_tapped, documented=False),
    Command("/yeucauhan", request_steps.until_tapped, documented=False),
    Command("/yeucaugui", requesting.sent, documented=False),
    Command("/yeucaurut", requesting.close, documented=False),
    Command("/chogiahan", extending.grant, documented=False),
    *(Command(*carried, documented=False) for carried in written_commands.CARRIED),
    Command("/chodathan", deadlines.decide, documented=False),
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
