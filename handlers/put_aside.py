"""What the desk left unfinished is put aside when other work begins, and told of."""

from handlers import announce_draft, request_draft
from handlers.desks import current_desk, open_until
from handlers.difficulty_card import drafted_in as difficulty_in
from handlers.difficulty_card import go_back
from handlers.return_cards import returned_unit
from handlers.talk import RETURNING, Expect
from handlers.turn import Turn
from handlers.written import beginning
from plans.errors import Refused

# Each begins work of its own; to look something up puts nothing aside.
BEGINNING = frozenset(
    {
        *("/moi", "/nguoi", "/thuhoi", "/bangiao", "/traplai", "/mokhoa", "/tiepnhan"),
        *("/nhapthay", "/gop", "/khoaky", "/dondoc", "/giahan", "/dathan", "/vanban"),
        *("/yeucau", "/yeucautao", "/yeucautiep", "/thongbao", "/thongbaosoan", "/thongbaobuoc"),
        *("/vuongmac", "/vuongmacviet"),
    }
)
# What goes on with the same work.
_OF_ITS_OWN = {
    Expect.ANNOUNCEMENT: "/thongbao",
    Expect.REQUEST: "/yeucau",
    Expect.DIFFICULTY: "/vuongmac",
}
_SHOWN = 30


def put_aside(turn: Turn, name: str, argument: str) -> None:
    """Leave what the desk has open where a command begins other work."""
    talk = turn.talk
    own = _OF_ITS_OWN.get(talk.expect)
    if name not in BEGINNING or (own and name.startswith(own)):
        return
    told = []
    if talk.expect in RETURNING:
        again = name == "/traplai" and argument == f"{talk.period} {talk.unit}"
        if talk.codes and not again:
            told.append(turn.text("return.aside", unit=returned_unit(turn)))
        talk.leave()
    elif talk.expect is Expect.ANNOUNCEMENT:
        if (announced := announce_draft.drafted_in(talk)).begun:
            words = beginning(announced.text, _SHOWN)
            told.append(turn.text("announce.kept", words=words))
        talk.leave()
    elif talk.expect is Expect.REQUEST:
        if (requested := request_draft.drafted_in(talk)).begun:
            told.append(turn.text("request.kept", title=requested.title))
        talk.leave()
    elif talk.expect is Expect.DIFFICULTY:
        if difficulty_in(talk).text:
            told.append(turn.text("difficulty.kept"))
        go_back(turn)
    if talk.behalf and name != "/nhapthay":
        told += _draft_kept(turn)
        talk.leave()
    turn.aside = " ".join([*filter(None, [turn.aside]), *told])


def _draft_kept(turn: Turn) -> list[str]:
    """Tell that the draft of a unit that telephoned stays, where something stands in it."""
    try:
        desk = current_desk(turn)
    except Refused:
        return []
    done, total = desk.draft.answered, len(desk.draft.questions)
    lock = open_until(turn, desk.key, desk.period)
    return [turn.text("leave.draft_stays", done=done, total=total, lock=lock)] if done else []
