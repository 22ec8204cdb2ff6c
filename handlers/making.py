"""Files that take long, made after the answer was kept: every maker, and how it is called."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from documents.canvas import captioned
from handlers import charting, documenting, printing
from handlers.door import roles_in
from handlers.talk import Talk
from handlers.turn import Turn
from plans.errors import Refused
from plans.messages import Address, File, Message, Task
from plans.world import World
from storage import decisions, people

# By the kind of a task: each gathers and draws what its words name, as who asked may see it.
MAKERS: Mapping[str, Callable[[Turn, str], File]] = {
    documenting.DOCUMENT: documenting.make_document,
    charting.PICTURE: charting.make_picture,
    printing.SHEET: printing.make_sheet,
    printing.CARDS: printing.make_cards,
}
_OF_FIGURES = (documenting.DOCUMENT, charting.PICTURE)


def make(connection: Connection, world: World, now: datetime, address: Address, task: Task) -> File:
    """Make a file for whoever is at an address, by what they may see now."""
    world = world.decided(decisions.read(connection))
    person = people.person_at(connection, address)
    if person is None or task.kind not in MAKERS:
        raise Refused("refused.forbidden")
    turn = Turn(
        connection=connection,
        world=world,
        now=now,
        message=Message(address=address, id="", text=task.words),
        person=person,
        roles=roles_in(connection, world, person),
        talk=Talk.from_stored(people.talk_of(connection, person.id)),
    )
    file = MAKERS[task.kind](turn, task.words)
    return _marked(turn, file) if world.synthetic and task.kind in _OF_FIGURES else file


def _marked(turn: Turn, file: File) -> File:
    """Say in a file's name, and above a picture, that its figures are made up."""
    content = file.content
    if file.media_type == "image/png":
        content = captioned(content, turn.text("synthetic.mark"))
    name = turn.text("synthetic.file", name=file.name)
    return File(name=name, media_type=file.media_type, content=content)
