"""Servers that are not what a target class expects: pages, redirects, refusals, clocks, certificates."""

import inspect
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


@contextmanager
def served(answer: Callable[..., Answer], tls: tuple[Path, Path] | None = None) -> Iterator[str]:
    """The URL of a server that answers (method, path) so; `tls` are PEM files of certificate and key.

    An `answer` with three parameters is given the request's headers, too.
    """
    takes_headers = len(inspect.signature(answer).parameters) == 3

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            more = (self.headers,) if takes_headers else ()
            status, headers, body = answer(self.command, self.path, *more)
            self.send_response_only(status)
            for name, value in {"Date": formatdate(usegmt=True), **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Authority:
    """A throwaway certificate authority in `folder`; `pem` vouches for what it signs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.pem, self._key = folder / "ca.pem", folder / "ca.key"
        self._openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-keyout", self._key, "-out", self.pem, "-subj", "/CN=gladi test authority",
        )  # fmt: skip

    def certificate(self, name: str, alternative: str = "IP:127.0.0.1", days: int = 2) -> tuple[Path, Path]:
        """Certificate and key of a host; negative `days` are over already."""
        pem, key, asked = (self._folder / f"{name}.{end}" for end in ("pem", "key", "csr"))
        extensions = self._folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative}\n")
        self._openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
            "-out", asked, "-subj", "/CN=vendor",
        )  # fmt: skip
        self._openssl(
            "x509", "-req", "-in", asked, "-CA", self.pem, "-CAkey", self._key, "-CAcreateserial",
            "-out", pem, "-extfile", extensions, "-days", days,
        )  # fmt: skip
        return pem, key

    @staticmethod
    def _openssl(*words: object) -> None:
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
