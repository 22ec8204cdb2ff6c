"""Uploads: a picture or a file that can be sent for seven days."""

from typing import Literal

from tests.fakes.zalo_oa_office import Asset, Office
from tests.fakes.zalo_oa_refusals import Json, Refusal
from tests.fakes.zalo_oa_requests import Asked

Kind = Literal["image", "gif", "file"]
MEGABYTE = 1024 * 1024
LARGEST: dict[Kind, int] = {"image": MEGABYTE, "gif": 5 * MEGABYTE, "file": 5 * MEGABYTE}
# How the content of each kind begins; CSV may begin anyhow.
BEGINNINGS: dict[Kind, dict[str, bytes]] = {
    "image": {"jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"},
    "gif": {"gif": b"GIF8"},
    "file": {"pdf": b"%PDF", "doc": b"\xd0\xcf\x11\xe0", "docx": b"PK\x03\x04", "csv": b""},
}
DAY = 86_400


class Uploads:
    """Takes what the OA wants to send later."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def image(self, asked: Asked) -> Json:
        """Keep a picture."""
        return {"attachment_id": self._keep("image", asked)}

    def gif(self, asked: Asked) -> Json:
        """Keep a moving picture."""
        return {"attachment_id": self._keep("gif", asked)}

    def file(self, asked: Asked) -> Json:
        """Keep a document."""
        return {"token": self._keep("file", asked)}

    def _keep(self, kind: Kind, asked: Asked) -> str:
        office, upload = self._office, asked.upload
        if upload is None or not upload.content:
            raise Refusal(-201, "file")
        beginning = BEGINNINGS[kind].get(upload.name.rpartition(".")[2].lower())
        if beginning is None or not upload.content.startswith(beginning):
            raise Refusal(-201, f"file type: {sorted(BEGINNINGS[kind])}")
        if len(upload.content) > LARGEST[kind]:
            raise Refusal(-210, f"file is larger than {LARGEST[kind]} bytes")
        if not office.uploads.left(office.month, office.habits.uploads):
            raise Refusal(-211)
        office.uploads.use(office.month)
        number = office.number("up")
        until = office.clock.now() + office.habits.asset_days * DAY
        office.assets[number] = Asset(kind, upload.name, upload.content, until)
        return number
