"""Where phones find the site: which address of this machine, what that means for who can reach it."""

import errno
import ipaddress
import socket
from dataclasses import dataclass

import psutil

from gladi.failures import CannotRunError, UsageError

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
_TRIES = 8
"""For any port: what is free at one address may be taken at the other."""


@dataclass(frozen=True, slots=True)
class Door:
    """Sockets that listen, and the address for QR codes."""

    sockets: tuple[socket.socket, ...]
    url: str
    open_to_others: bool

    def close(self) -> None:
        """Whoever serves has sockets of its own by now."""
        for one in self.sockets:
            one.close()


def open_door(host: str, port: int, secure: bool) -> Door:
    """Listen on the loopback, and on an address of this machine besides; `port` 0 takes a free one.

    Raises UsageError for an address that is not this machine's, CannotRunError for a port that is taken.
    """
    asked = _checked(host)
    others = asked != LOOPBACK
    addresses = [asked] if asked in {LOOPBACK, EVERYWHERE} else [asked, LOOPBACK]
    for left in reversed(range(1 if port else _TRIES)):
        try:
            sockets = _listening(addresses, port)
            break
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise UsageError(_not_ours(host)) from None
            if not left:
                raise CannotRunError(
                    f"--port {port}: {asked}:{port} cannot be listened on ({error.strerror}); --port 0 takes "
                    "a free one"
                ) from None
    shown = asked if asked != EVERYWHERE else (own_addresses() or [LOOPBACK])[0]
    scheme = "https" if secure else "http"
    return Door(tuple(sockets), f"{scheme}://{shown}:{sockets[0].getsockname()[1]}", others)


def _listening(addresses: list[str], port: int) -> list[socket.socket]:
    """A socket for each address, all on one port; OSError where one of them cannot have it."""
    sockets: list[socket.socket] = []
    try:
        for address in addresses:
            one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            sockets.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((address, port or (sockets[0].getsockname()[1] if len(sockets) > 1 else 0)))
            one.listen(256)
    except OSError:
        for one in sockets:
            one.close()
        raise
    return sockets


def own_addresses() -> list[str]:
    """IPv4 addresses of this machine that others can reach, those of private networks first."""
    found = [
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family == socket.AF_INET and not ipaddress.ip_address(entry.address).is_loopback
    ]
    return sorted(found, key=lambda address: not ipaddress.ip_address(address).is_private)


def warning(door: Door) -> tuple[str, ...]:
    """Who can reach the site, in plain words; nothing for the loopback."""
    if not door.open_to_others:
        return ()
    lines = [
        "Semua orang di jaringan ini (Wi-Fi atau kabel yang sama) dapat membuka situs latihan dan mencoba "
        "masuk.",
        "Pakai hanya data latihan. Jangan pakai kata sandi yang dipakai di tempat lain, dan jangan "
        "memotret C.Hasil asli.",
    ]
    if door.url.startswith("http://"):
        lines.append(
            "Tanpa HTTPS, orang di jaringan yang sama dapat membaca isi kiriman; untuk latihan itu tidak "
            "apa-apa. "
            "Dengan --cert dan --key situs memakai HTTPS."
        )
    return tuple(lines)


def _checked(host: str) -> str:
    if host == "localhost":
        return LOOPBACK
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        raise UsageError(_not_ours(host)) from None
    return host


def _not_ours(host: str) -> str:
    known = ", ".join(own_addresses()) or "none but the loopback"
    return (
        f"--host {host}: is no IPv4 address of this machine; it has {known}; 0.0.0.0 means all of them, "
        "127.0.0.1 this machine only"
    )
