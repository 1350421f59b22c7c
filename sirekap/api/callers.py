"""Who is calling, and whether they may."""

from starlette.requests import Request

from sirekap.api.parts import Parts, parts_of
from sirekap.api.refusals import RefusalError
from sirekap.security.roles import OFFICES, Caller, Role, level_of


async def authorised(
    request: Request, roles: frozenset[Role], place: str | None, *, writes: bool, before_initialising: bool
) -> Caller:
    """The caller of an endpoint for `roles`, confined to their region when the path names a `place`.

    An operator's phone writes only after it has initialised, except `before_initialising`.

    Raises:
        RefusalError: 401 without a valid token, 403 for another role, a place outside the caller's region,
            another device than the session's, or a phone that has not initialised.
    """
    if Role.NOBODY in roles:
        return Caller(Role.NOBODY)
    parts = parts_of(request)
    caller = await parts.identity.of(request, roles)
    if caller.role not in roles:
        raise RefusalError(403, "not_your_role", f"this endpoint is not for the role {caller.role}")
    _refuse_other_device(request, caller)
    if place is not None and caller.role not in OFFICES:
        _refuse_elsewhere(parts, caller, place, request.path_params[place], writes=writes)
    if writes and not (caller.initialised or before_initialising):
        raise RefusalError(403, "not_initialised", "send POST /v1/initialise once before the first write")
    return caller


def caller_of(request: Request) -> Caller:
    """Who calls, as `authorised` found."""
    caller: Caller = request.state.caller
    return caller


def _refuse_elsewhere(parts: Parts, caller: Caller, place: str, wanted: str, *, writes: bool) -> None:
    """Refuse a place outside the caller's region; what is no TPS's code is so for every region's staff."""
    confined = parts.confinement.may_write if writes else parts.confinement.may_read
    if (place == "tps" and level_of(wanted) != "tps") or not confined(caller, wanted):
        raise RefusalError(
            403,
            "not_your_tps" if caller.role is Role.KPPS else "not_your_region",
            f"this account belongs to {caller.region}, and {wanted[:13]!r} is not inside it",
        )


def _refuse_other_device(request: Request, caller: Caller) -> None:
    """A session belongs to its device, so whoever names another has a token that is not theirs.

    This stops a stolen token in an app that tells its device truthfully, and no thief who knows the name of
    the right one: a name proves nothing. Only a key held in the phone's hardware would.
    """
    told = request.headers.get("x-device")
    if told is not None and caller.device and told != caller.device:
        raise RefusalError(403, "device_differs", "this session belongs to another device")
