"""Locust's own web page beside a run: its statistics to look at, its buttons without effect.

The run is the conductor's. Whatever would start, stop or reset something is refused, and so is who asks
under another name than the loopback's: a page from elsewhere in the same browser may not look on.
"""

from typing import Any

import gevent
from flask import Response, jsonify, request
from locust.env import Environment
from locust.stats import stats_history

_LOOKING = frozenset({"GET", "HEAD"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_OURS = "this run is played by gladi rehearse; nothing can be started, stopped or reset here"


def open_page(environment: Environment, port: int) -> None:
    """Serve the page on the loopback, for as long as the master lives."""
    page = environment.create_web_ui("127.0.0.1", port, delayed_start=True)
    page.app.debug = False

    def refuse() -> Any:
        if request.host.rsplit(":", 1)[0] not in _LOOPBACK:
            return Response("127.0.0.1 or localhost only\n", 421)
        if request.method not in _LOOKING:
            return jsonify({"success": False, "message": _OURS}), 403
        return None

    page.app.before_request(refuse)
    page.start()
    gevent.spawn(stats_history, environment.runner)
