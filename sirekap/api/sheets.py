"""Which sheet a path speaks of: /v1/tps/{tps}/forms/{form}/pages/{page}, by what that TPS votes on."""

from dataclasses import dataclass

from starlette.requests import Request

from sirekap.api.callers import caller_of
from sirekap.api.parts import parts_of
from sirekap.api.refusals import RefusalError
from sirekap.forms.contests import Contest
from sirekap.forms.layout import Layout, SheetPage, UnknownPageError
from sirekap.security.roles import Role

PAGE = "/v1/tps/{tps}/forms/{form}/pages/{page}"


@dataclass(frozen=True)
class FormOfTps:
    """The contest a TPS votes in with a form, and the layout of its sheets."""

    tps: str
    contest: Contest
    layout: Layout

    @property
    def form(self) -> str:
        """Of the seven forms."""
        return self.contest.form

    @property
    def pages(self) -> frozenset[int]:
        """Every sheet of the form."""
        return frozenset(page.number for page in self.layout.pages)


async def form_of(request: Request) -> FormOfTps:
    """The form of the path. Raises RefusalError 404 tps_unknown, or form_unknown as `form_of_tps` does."""
    tps, form = request.path_params["tps"], request.path_params["form"]
    await refuse_unknown_tps(request, tps)
    return await form_of_tps(request, tps, form)


async def refuse_unknown_tps(request: Request, tps: str) -> None:
    """Raise RefusalError 404 for a TPS that is not registered; that of an operator always is."""
    if caller_of(request).role is not Role.KPPS and await parts_of(request).stations.get(tps) is None:
        raise RefusalError(404, "tps_unknown", "no such TPS is registered")


async def form_of_tps(request: Request, tps: str, form: str) -> FormOfTps:
    """A form of a TPS. Raises RefusalError 404 form_unknown where the TPS does not vote with it."""
    contests = parts_of(request).contests
    contest = await contests.for_tps(tps, form)
    layout = await contests.layout(contest.layout_digest) if contest else None
    if contest is None or layout is None:
        known = ", ".join(await contests.forms_of(tps)) or "none"
        raise RefusalError(404, "form_unknown", f"this TPS has no form {form!r:.40}; it has {known}")
    return FormOfTps(tps, contest, layout)


async def page_of(request: Request) -> tuple[FormOfTps, SheetPage]:
    """Form and page of the path. Raises RefusalError 404 form_unknown or page_unknown."""
    form = await form_of(request)
    return form, page_of_form(form, request.path_params["page"])


def page_of_form(form: FormOfTps, page: str | int) -> SheetPage:
    """A page of a form. Raises RefusalError 404 page_unknown."""
    text = str(page)
    try:
        # "02" and "2" would be two names of one page
        number = int(text) if text.isascii() and text.isdigit() and text == str(int(text[:6])) else -1
        return form.layout.page(number)
    except UnknownPageError:
        pages = f"1 to {len(form.pages)}"
        raise RefusalError(404, "page_unknown", f"{form.form} has pages {pages}, not {text!r:.40}") from None
