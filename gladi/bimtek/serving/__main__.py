"""The site as a process of its own: `python -m gladi.bimtek.serving FOLDER`, started by `gladi bimtek serve`.

FOLDER/situs.json says what to serve and where; a line `ready` on standard output says that it answers.
SIGTERM ends it after the requests in hand.
"""

import asyncio
import json
import logging
import socket
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import uvicorn

from gladi.bimtek.serving.desk import Desk
from gladi.bimtek.serving.journal import FILE, Journal
from gladi.bimtek.serving.lesson import open_lesson
from gladi.bimtek.serving.marker import Marker
from gladi.bimtek.serving.room import Room, Secrets
from gladi.bimtek.serving.site import application
from gladi.bimtek.serving.telephone import Telephone

_CONNECTIONS = 400
_IDLE_S = 20
_GRACE_S = 5
_LOG_BYTES = 5_000_000


def main(folder: Path) -> None:
    """Serve until SIGTERM."""
    told = json.loads((folder / "situs.json").read_text())
    secret = json.loads((folder / "rahasia.json").read_text())
    stack = json.loads((Path(told["stack"]) / "stack.json").read_text())
    keys = json.loads((Path(told["stack"]) / "secrets.json").read_text())
    _log(folder / "situs.log")
    lesson = open_lesson(Path(told["pack"]))
    journal = Journal(folder / FILE)
    telephone = Telephone(stack["url"], keys["admin_token"])
    desk = Desk(lesson, telephone, journal, secret["seed"])
    desk.register()
    marker = Marker(lesson, telephone, journal, desk)
    secrets = Secrets(secret["trainer_code"], secret["seed"])
    room = Room(lesson, journal, telephone, desk, marker, secrets, told["url"])
    marker.start()
    try:
        asyncio.run(_serve(room, told))
    finally:
        marker.stop()
        journal.close()


async def _serve(room: Room, told: dict[str, object]) -> None:
    listening = [socket.socket(fileno=int(number)) for number in sys.argv[2].split(",")]
    config = uvicorn.Config(
        application(room),
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,  # nobody's word for where a request comes from
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=_text(told.get("cert")),
        ssl_keyfile=_text(told.get("key")),
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(listening))
    while not server.started and not serving.done():
        await asyncio.sleep(0.02)
    if server.started:
        print("ready", flush=True)
    await serving


def _text(value: object) -> str | None:
    return str(value) if value else None


def _log(path: Path) -> None:
    """Errors with their place in the code; never bodies, tokens or passwords."""
    handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
