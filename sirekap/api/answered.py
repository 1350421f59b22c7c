"""Answers to the public: from memory where one was made a moment ago, and made once where not."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from sirekap.api.refusals import RefusalError
from sirekap.forms.fields import ELECTION
from sirekap.portal.answers import Answer, Content, Freshness, Moments
from sirekap.repositories.public_results import NotPublishedError
from sirekap.settings import Settings


class PublicAnswers:
    """The answers of one worker."""

    def __init__(self, settings: Settings) -> None:
        self._freshness = Freshness(settings.public_staleness_s, settings.answers_keep_s)
        self._moments: Moments[Answer] = Moments(settings.answers_entries, settings.answers_keep_s)

    async def get(self, name: str, make: Callable[[], Awaitable[Content | None]]) -> Answer | None:
        """The answer called `name`; None when `make` finds nothing.

        Raises:
            RefusalError: nothing is published yet.
        """

        async def answer() -> Answer | None:
            content = await make()
            return Answer(content, self._freshness) if content else None

        try:
            return await self._moments.get(name, answer)
        except NotPublishedError:
            raise RefusalError(
                503, "not_published", "nothing is counted yet; the publisher is about to begin"
            ) from None


async def answered(
    request: Request, name: str, make: Callable[[], Awaitable[Content | None]]
) -> Response | None:
    """What this reader gets of the answer called `name`, made by `make` if need be; None: no such thing."""
    answers: PublicAnswers = request.app.state.answers
    answer = await answers.get(name, make)
    return answer.to(request) if answer else None


def form_of(request: Request) -> str:
    """The form asked for, `ppwp` when none is named.

    Raises:
        RefusalError: there is no such form.
    """
    form = request.query_params.get("form", "ppwp")
    if form not in ELECTION:
        raise RefusalError(404, "form_unknown", f"form must be one of {', '.join(ELECTION)}")
    return form
