"""The methods by which an operator comes in and leaves: tokens, cookies, forms, OAuth2, CSRF."""

from collections.abc import Sequence
from dataclasses import replace

from gladi.targeting.context import Context, answer_of, quoted
from gladi.targeting.filling import UnwrittenError
from gladi.targeting.matching import find
from gladi.targeting.openapi import Endpoint
from gladi.targeting.synonyms import meaning, plain

_COOKIES = {"xxsrftoken": "XSRF-TOKEN", "xcsrftoken": "csrftoken"}
"""Where the frameworks that ask for these headers (Angular and Laravel, Django) put the token: a cookie."""


def login_method(context: Context) -> list[str]:
    """Lines of `login`; raises UnwrittenError where its answer holds nothing to come back with."""
    endpoint, ways = context.there["login"], context.ways
    token = find(endpoint.answer, "session")
    if ways.jar and not token:
        ways_in_by = "jar"
    elif token:
        ways_in_by = "token"
    elif "set-cookie" in endpoint.sets:
        ways_in_by = "jar"
    else:
        raise UnwrittenError("its answer holds nothing that looks like a session")
    lines = context.opening("login")
    csrf = csrf_header(context)
    first = csrf_endpoint(context) if csrf else None
    before, own = _first(context, csrf, first)
    call = context.call("login", own)
    if first is not None:
        call = replace(call, headers=[*call.headers, ("Cookie", "jar")])
    lines += [*before, *call.lines()]
    replies = "first, reply" if first is not None else "reply"
    if ways_in_by == "token":
        lines.append(f"    session = {answer_of(token)}")
    elif ways.jar:
        lines.append(f'    session = cookies({replies}) if cookie({quoted(ways.jar)}, reply) else ""')
    else:
        lines.append(f'    session = cookies({replies}) if cookies(reply) else ""')
    lines += ["    if not good(reply) or not session:"]
    lines += [f"        return self.unopened(phone, reply{_word(endpoint)})"]
    lines += ["    self.opens(phone, operation, session)"]
    if csrf:
        lines.append(f'    self.keeps(operation, "csrf", {_csrf(context, csrf, first, replies)})')
    return [*lines, "    return self._told(phone, reply)"]


def logout_method(context: Context) -> list[str]:
    """Lines of `logout`."""
    lines = [*context.opening("logout"), "    session = self.session(phone, operation)"]
    own = "self.session(phone, operation)"
    lines += [line.replace(own, "session") for line in context.call("logout").lines()]
    return [
        *lines,
        "    if good(reply) or reply.status == 401:",
        "        self.ends(operation, session)",
        "    return self._told(phone, reply)",
    ]


def csrf_header(context: Context) -> str:
    """The name under which requests want a CSRF token; "" where none does."""
    for endpoint in context.there.values():
        for one in endpoint.parameters:
            if one.place == "header" and meaning(one.name) == "csrf":
                return one.name
        named = find(endpoint.body, "csrf", depth=1)
        if named:
            return named[0]
    return ""


def csrf_endpoint(context: Context) -> Endpoint | None:
    """What gives a CSRF token before anybody is logged in."""
    everybody = set(context.there["login"].security)
    return next(
        (
            one
            for one in context.document.endpoints
            if one.method == "GET" and not one.placed("path") and set(one.security) <= everybody
            and ("csrf" in plain(one.path) or "xsrf" in plain(one.path) or find(one.answer, "csrf"))
        ),
        None,
    )  # fmt: skip


def _first(
    context: Context, csrf: str, first: Endpoint | None
) -> tuple[Sequence[str], dict[str, str] | None]:
    """The request before a login that gives its token, and how the login names it."""
    if first is None:
        login = context.there["login"]
        wants = any(meaning(one.name) == "csrf" for one in login.parameters)
        if csrf and (wants or find(login.body, "csrf", depth=1)):
            raise UnwrittenError(f"wants {csrf}, and nothing says where that comes from")
        return (), None
    told = find(first.answer, "csrf") or find(first.answer, "session")
    value = answer_of(told, "first") if told else f'unquote(cookie("{_cookie(csrf)}", first))'
    lines = [f'    first = self.send(phone, "GET", "{first.path}")']
    return [*lines, f"    csrf, jar = {value}, cookies(first)"], {"csrf": "csrf"}


def _csrf(context: Context, csrf: str, first: Endpoint | None, replies: str) -> str:
    """The token that goes with the session."""
    told = find(context.there["login"].answer, "csrf")
    if told:
        return answer_of(told)
    if first is not None and (find(first.answer, "csrf") or find(first.answer, "session")):
        return "csrf"
    if not _cookie(csrf):
        raise UnwrittenError(f"nothing says where {csrf}, which other requests want, comes from")
    return f'unquote(cookie("{_cookie(csrf)}", {replies}))'


def _cookie(csrf: str) -> str:
    return _COOKIES.get(plain(csrf), "")


def _word(endpoint: Endpoint) -> str:
    named = find(endpoint.refusal, "refusal")
    return f", {answer_of(named)}" if named else ""
