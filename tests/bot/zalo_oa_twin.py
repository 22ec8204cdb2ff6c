"""A process of its own that sends with an account's tokens: `python -m tests.bot.zalo_oa_twin`.

It reads one line of JSON with where everything is, waits for a line to begin, and prints how its
sends ended.
"""

import asyncio
import json
import sys
from typing import Any

from bot.channels.calls import ApiError
from bot.channels.zalo_oa_client import CONSULT, Client
from bot.channels.zalo_oa_tokens import Account, Patience, Tokens
from bot.clock import SystemClock
from bot.logs import configure_logs
from storage.database import Database


async def main(told: dict[str, Any]) -> None:
    database = Database(told["database"])
    account = Account(**told["account"])
    patience = Patience(look=0.02, rest=0.2, answer=5.0)
    tokens = Tokens(account, database, SystemClock(), patience=patience)
    client = Client(account, tokens)
    await tokens.access()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()

    async def send(text: str) -> str:
        body = {"recipient": {"user_id": told["user"]}, "message": {"text": text}}
        try:
            return str((await client.send(CONSULT, body))["message_id"])
        except ApiError as error:
            return str(error)

    ends = await asyncio.gather(*(send(text) for text in told["texts"]))
    sys.stdout.write(json.dumps(ends) + "\n")
    await tokens.close()
    await client.close()
    await database.close()


if __name__ == "__main__":
    configure_logs("error")
    asyncio.run(main(json.loads(sys.stdin.readline())))
