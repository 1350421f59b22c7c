"""A request without a token is taken for one of the TPS in its path, as an old app would send it."""

from starlette.requests import Request

from sirekap.api.identity import Identity
from sirekap.api.refusals import RefusalError
from sirekap.planting import Defect
from sirekap.security.roles import Caller, Role


class TakesTheirWord(Identity):
    """Believes a path."""

    async def of(self, request: Request, roles: frozenset[Role]) -> Caller:
        """The caller by token, or the first operator of the TPS that is spoken of."""
        try:
            return await super().of(request, roles)
        except RefusalError as error:
            tps = request.path_params.get("tps")
            if error.code != "not_authenticated" or tps is None or Role.KPPS not in roles:
                raise
            return Caller(Role.KPPS, f"{tps}-1", tps, 1)


DEFECT = Defect("a write without a session is taken for one of the TPS in its path", Identity, TakesTheirWord)
