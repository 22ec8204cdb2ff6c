"""How the fake refuses: the codes and sentences of Telegram's own server."""

from typing import Any

Json = dict[str, Any]

WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class Refusal(Exception):
    """Say no to a request as Telegram would."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> Json:
        """Return the answer that tells a bot of it."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad(sentence: str) -> Refusal:
    """Return a 400; like Telegram, begin in lower case unless it is a NAME_LIKE_THIS."""
    shouted = len(sentence) > 1 and (sentence[1] == "_" or sentence[1].isupper())
    said = sentence if shouted else sentence[:1].lower() + sentence[1:]
    return Refusal(400, f"Bad Request: {said}")


def forbidden(sentence: str) -> Refusal:
    """Return a 403."""
    return Refusal(403, f"Forbidden: {sentence}")


def conflict(sentence: str) -> Refusal:
    """Return a 409."""
    return Refusal(409, f"Conflict: {sentence}")


def too_many(seconds: int) -> Refusal:
    """Return a 429 that says how long to wait."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
