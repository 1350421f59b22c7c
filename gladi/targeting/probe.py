"""The cheap look before any load: two harmless requests through the target class, and what is odd about it.

The public totals are read and a login of nobody is tried. That is enough for the mistakes that would waste a
whole run: a web page where an API should be, a redirect (gladi follows none), the same refusal for
everything, a clock that is minutes apart. `authorise` comes first: these are requests.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from gladi.address import Address
from gladi.failures import CannotRunError
from gladi.http import InDoubtError, NotSentError, Reply, Wire
from gladi.materials import Page
from gladi.targeting.listening import REDIRECTS, Heard, Listening
from gladi.targeting.looking import looked_at
from gladi.targeting.reach import reach, speaks_tls
from gladi.targets import System, TargetError, connect
from gladi.targets.bodies import excerpt, unpacked
from gladi.targets.over_http import OverHttp
from simulators.operations import Operation

PATIENCE_S = 5.0
CLOCKS_APART_S = 60.0
"""More would make a fresh answer of the portal look stale, and a stale one fresh."""
_CLOCKS_NOTED_S = 5.0
_HOPS = 5
_BAD_REQUEST = 400
_NO_TLS_WORDS = (
    "http request to an https server",  # Go
    "plain http request was sent to https",  # nginx
    "speaking plain http to an ssl-enabled",  # Apache
)
_NOTHING = Page(b"", "", "", "")

_LIKELY = {
    401: "it asks for a key: is a --header missing, or its value wrong?",
    403: "it lets nobody in: is a --header missing, or this machine not on its list?",
    404: "it knows none of these paths: is it the right port, and are the paths of the target class right?",
    405: "it takes no such requests there: does the target class have the right methods?",
    407: "a proxy stands between: gladi speaks to the system itself",
    500: "it fails at everything: its own log will say why",
    502: "what stands in front of it (nginx, a load balancer) reaches nobody behind it",
    503: "it is not ready, or shut for maintenance",
    504: "what stands in front of it (nginx, a load balancer) waits in vain for it",
}


def probe(address: Address, kind: str, seed: int, secrets: str) -> tuple[str, ...]:
    """What is worth a warning; raises CannotRunError, in one sentence, where a run would teach nothing."""
    reach(address)
    try:
        system = connect(kind, address, seed, secrets)
    except TargetError as error:
        raise CannotRunError(str(error)) from error
    phone = Listening(Wire(address), address.netloc, PATIENCE_S)
    let_in = [_ask(system, phone, operation, address) for operation in _asks()]
    before = time.time()
    if not phone.heard:
        return (f"{address.url} answered neither its public totals nor a login (or offers neither)",)
    refuse_odd(phone.heard, phone, address)
    warnings = (
        _same_refusal(phone.heard),
        _nobody(phone.heard[-1], let_in[-1]),
        packed(phone.heard, address),
        clock(phone.heard[-1].reply, before),
        _lacks(system, kind),
    )
    return tuple(one for one in warnings if one)


def _asks() -> Sequence[Operation]:
    plain = Operation("national", "", "", 1, "", "", 0.0, PATIENCE_S, actor="publik", region="0")
    return plain, replace(plain, kind="login", tps="0" * 13, actor="iseng", key="gladi-probe")


def _ask(system: System, phone: Listening, operation: Operation, address: Address) -> bool:
    """Whether it was answered with a yes."""
    try:
        return system.perform(phone, operation, _NOTHING).outcome == "ok"
    except NotSentError as error:
        raise CannotRunError(f"{address.url}: {error}: nothing listens there any more") from error
    except InDoubtError as error:
        raise CannotRunError(f"{address.url}: {_doubt(address, str(error), phone)}") from error
    except TargetError as error:
        raise CannotRunError(str(error)) from error
    except Exception as error:  # an answer it did not expect; what was heard says more than the traceback
        if not phone.heard:
            raise CannotRunError(
                f"the target class failed at {operation.kind}: {type(error).__name__}: {error}"
            ) from error
    return False


def _nobody(last: Heard, let_in: bool) -> str:
    """A warning where garbage in the place of a login was taken for a good one."""
    if not let_in:
        return ""
    said = excerpt(last.reply.body, 120)
    return (
        f"garbage where logins are taken was answered {last.reply.status} ({said}): does the system "
        "say no in its body only? then the target class must look there"
    )


def packed(heard: Sequence[Heard], address: Address) -> str:
    """A warning where answers come packed; CannotRunError for a packing that gladi cannot undo."""
    for one in heard:
        if "content-encoding" not in one.reply.headers:
            continue
        try:
            unpacked(one.reply)
        except ValueError as error:
            raise CannotRunError(f"{address.url}{one.path}: {error}; gladi asks for no packing") from error
        how = one.reply.headers["content-encoding"]
        return f"answers come packed ({how}) although gladi asks for none: phones pay for unpacking, too"
    return ""


def _lacks(system: System, kind: str) -> str:
    lacks = system.lacks() if isinstance(system, OverHttp) else []
    if not lacks:
        return ""
    return f"the target {kind} has no {', '.join(lacks)}: such operations are not sent, and not counted"


def _doubt(address: Address, word: str, phone: Listening) -> str:
    method, path = phone.asked[-1] if phone.asked else ("", "")
    if word not in {"timeout", "answer_too_large"} and not address.secure and speaks_tls(address):
        return f"speaks TLS: write https://{address.netloc}"
    if method == "GET" and (came := looked_at(address, path)):
        return f"GET {path} {came}"
    if word == "timeout":
        return f"took a request and did not answer within {PATIENCE_S:g} s"
    if word == "answer_too_large":
        return f"answered {method} {path} with more than gladi reads (64 MB)"
    return f"closed the connection instead of answering ({word}): is it a web server at all?"


def refuse_odd(heard: Sequence[Heard], phone: Listening, address: Address) -> None:
    """Raise CannotRunError where an answer is a redirect, a web page, or a refusal of the TLS."""
    if not address.secure and _wants_tls(heard, address):
        raise CannotRunError(f"{address.url}: speaks TLS: write https://{address.netloc}")
    for one in heard:
        if one.reply.status == _BAD_REQUEST and (why := _no_good_tls(one.title)):
            raise CannotRunError(f"{address.url}: {why}")
        if one.reply.status in REDIRECTS:
            raise CannotRunError(f"{address.url}{one.path}: {_redirect(one, phone, address)}")
    pages = [one for one in heard if one.html and one.reply.status < 400]
    if pages and len(pages) == len(heard):
        one = pages[0]
        title = f', titled "{one.title}"' if one.title else ""
        raise CannotRunError(
            f"{address.url}{one.path}: answered {one.reply.status} text/html{title} where data were "
            "promised: is this the address of a web page, or of a login wall in front of the API?"
        )


def _wants_tls(heard: Sequence[Heard], address: Address) -> bool:
    """Whether status 400 to all that was asked means that this was no TLS.

    Many say so, each in its own words; of one that does not, the port itself is asked.
    """
    if {one.reply.status for one in heard} != {_BAD_REQUEST}:
        return False
    said = excerpt(heard[0].reply.body, 2_000).lower()
    return any(words in said for words in _NO_TLS_WORDS) or speaks_tls(address)


def _no_good_tls(title: str) -> str:
    """What nginx means by a page of status 400: it shakes hands with everybody and says why not later."""
    said = title.lower()
    if "no required ssl certificate" in said:
        return "asks for a certificate of ours: name it with --client-cert and --client-key"
    if "ssl certificate error" in said:
        return "refuses our certificate of --client-cert: is it valid, does the system know its authority?"
    return ""


def _redirect(first: Heard, phone: Listening, address: Address) -> str:
    """Where it leads; followed with GET for a few hops, on this very host only, to tell a loop."""
    here = f"{address.url}{first.path}"
    seen, reply = [here], first.reply
    while reply.status in REDIRECTS and len(seen) <= _HOPS:
        there = urljoin(seen[-1], reply.headers.get("location", ""))
        if there in seen:
            return f"redirects in a loop: {' -> '.join([*seen, there])}"
        seen.append(there)
        parts = urlsplit(there)
        if f"{parts.scheme}://{parts.netloc}" != address.url:
            break
        try:
            reply = phone.request("GET", parts._replace(scheme="", netloc="").geturl() or "/", {})
        except (NotSentError, InDoubtError):
            break
    if len(seen) > _HOPS:
        return f"redirects again and again: {' -> '.join(seen)}"
    target = urlsplit(seen[1])
    hint = ""
    if (target.scheme, target.netloc) != (urlsplit(address.url).scheme, address.netloc):
        hint = f"; is --target {target.scheme}://{target.netloc} meant?"
    return f"answered {first.reply.status}, Location: {seen[1]}; gladi follows no redirect{hint}"


def _same_refusal(heard: Sequence[Heard]) -> str:
    """A warning where every answer was the same refusal; before registration it may yet be right."""
    statuses = {one.reply.status for one in heard}
    if len(statuses) != 1 or len(heard) < 2 or heard[0].reply.status < 400:
        return ""
    return f"everything asked was answered {likely(heard[0].reply.status)}"


def likely(status: int) -> str:
    """A status of nothing but refusals, with what most likely is wrong."""
    said = _LIKELY.get(status) or (_LIKELY[500] if status >= 500 else "")
    return f"{status}: {said}" if said else str(status)


def clock(reply: Reply, now_epoch_s: float) -> str:
    """A warning where the system's clock (its Date header) is apart; CannotRunError beyond a minute."""
    apart_s = clock_apart_s(reply, now_epoch_s)
    if abs(apart_s) > CLOCKS_APART_S:
        minutes = abs(apart_s) / 60.0
        raise CannotRunError(
            f"the system's clock is {minutes:.0f} minutes {'ahead of' if apart_s > 0 else 'behind'} this "
            "machine's (its Date header): set both by NTP, or what it shows cannot be called fresh or stale"
        )
    if abs(apart_s) > _CLOCKS_NOTED_S:
        return f"the system's clock is {abs(apart_s):.0f} s {'ahead' if apart_s > 0 else 'behind'}"
    return ""


def clock_apart_s(reply: Reply, now_epoch_s: float) -> float:
    """Seconds the system's clock is ahead, to about one; 0 where it does not say, or a cache does."""
    said = reply.headers.get("date", "")
    if not said or "age" in reply.headers:
        return 0.0
    try:
        return parsedate_to_datetime(said).timestamp() - now_epoch_s
    except ValueError:
        return 0.0
