"""What an app asks: JSON, a form, or a file, as it came over the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from tests.fakes.zalo_oa_refusals import Json, Refusal


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a request."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it was read."""

    path: str
    headers: Mapping[str, str]
    body: Json = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    upload: Upload | None = None

    @property
    def told(self) -> Json:
        """Return what a record of it keeps."""
        if self.upload:
            return {"file": self.upload.name, "bytes": len(self.upload.content)}
        return self.body or dict(self.form)

    @property
    def recipient(self) -> str:
        """Return the person, the phone or the group that it names, if any."""
        named = self.body.get("recipient")
        places = [named if isinstance(named, dict) else {}, self.body]
        names = ("user_id", "group_id", "phone")
        found = [str(place[name]) for place in places for name in names if name in place]
        return found[0] if found else ""


async def read(request: web.Request) -> Asked:
    """Return a request as it came, or refuse what is no JSON object."""
    path, headers = request.path, request.headers
    if request.content_type.startswith("multipart/"):
        return Asked(path=path, headers=headers, upload=await _file(request))
    if request.content_type == "application/x-www-form-urlencoded":
        form = {name: str(value) for name, value in (await request.post()).items()}
        return Asked(path=path, headers=headers, form=form)
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise Refusal(-201, "body is not JSON") from None
    if not isinstance(body, dict):
        raise Refusal(-201, "body is not an object")
    return Asked(path=path, headers=headers, body=body)


async def _file(request: web.Request) -> Upload | None:
    upload = None
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            content = bytes(await part.read(decode=True))
            if part.name == "file":
                upload = Upload(part.filename or "", content)
    return upload
