"""A plain app for the tests of the fake: it asks over HTTP and returns what it is told."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa_people import Group, User
from tests.fakes.zalo_oa_refusals import Json


class Asking:
    """Asks with the fake's valid token, or with another one."""

    def __init__(self, fake: FakeZaloOA, http: aiohttp.ClientSession) -> None:
        self.fake, self.http = fake, http
        self.token = ""
        self.headers: dict[str, str] = {}

    async def post(self, path: str, body: Any = None) -> Json:
        """Return the JSON that comes back."""
        token = self.token or self.fake.tokens.access_token
        headers = {"access_token": token, **self.headers}
        post = self.http.post(f"{self.fake.url}{path}", json=body or {}, headers=headers)
        async with post as response:
            told: Json = await response.json()
            return told

    async def send(self, user: User, text: str = "hello", **message: Any) -> Json:
        """Send a consultation message."""
        body = {"recipient": {"user_id": user.id}, "message": {"text": text, **message}}
        return await self.post("/v3.0/oa/message/cs", body)

    async def buttons(self, user: User, *buttons: Json, text: str = "Send it?") -> Json:
        """Send buttons."""
        attachment = {"type": "template", "payload": {"buttons": list(buttons)}}
        return await self.send(user, text, attachment=attachment)

    async def to_group(self, group: Group | str, text: str) -> Json:
        """Send a text into a group."""
        number = group if isinstance(group, str) else group.id
        body = {"recipient": {"group_id": number}, "message": {"text": text}}
        return await self.post("/v3.0/oa/group/message", body)

    async def upload(self, kind: str, name: str, content: bytes) -> Json:
        """Upload a file."""
        form = aiohttp.FormData()
        form.add_field("file", io.BytesIO(content), filename=name)
        url = f"{self.fake.url}/v2.0/oa/upload/{kind}"
        headers = {"access_token": self.fake.tokens.access_token}
        async with self.http.post(url, data=form, headers=headers) as response:
            told: Json = await response.json()
            return told

    async def oauth(self, **form: str) -> Json:
        """Ask for tokens."""
        app = self.fake.app
        secret = form.pop("secret_key", app.secret)
        post = self.http.post(
            f"{self.fake.url}/v4/oa/access_token",
            data={"app_id": app.id} | form,
            headers={"secret_key": secret},
        )
        async with post as response:
            told: Json = await response.json()
            return told

    async def refresh(self, token: str) -> Json:
        """Ask for the next pair."""
        return await self.oauth(grant_type="refresh_token", refresh_token=token)


@asynccontextmanager
async def asking(fake: FakeZaloOA) -> AsyncIterator[Asking]:
    """Yield an app at a fake."""
    async with aiohttp.ClientSession() as http:
        yield Asking(fake, http)
