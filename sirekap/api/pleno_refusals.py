"""What the rules of the recap forbid, as refusals."""

from collections.abc import Awaitable
from typing import TypeVar

from sirekap.api.refusals import RefusalError
from sirekap.forms.numbers import WrongNumbersError
from sirekap.pleno.d_hasil import NotAddableError
from sirekap.pleno.decisions import ChangedMeanwhileError, ReasonNeededError, WrongDecisionError
from sirekap.repositories.d_hasil import SupersededError
from sirekap.repositories.ledger import ContendedError, KeyReusedError, PlenoFinalError
from sirekap.repositories.pleno import ActKeyReusedError, NotFinalError
from sirekap.repositories.recap import LowerNotFinalError, NotDecidedError, NothingHereError

LISTED = 100  # so many TPS or regions are named in a refusal

Outcome = TypeVar("Outcome")


async def by_the_rules(work: Awaitable[Outcome]) -> Outcome:
    """Await work of the recap; what its rules forbid becomes a refusal."""
    try:
        return await work
    except (WrongNumbersError, WrongDecisionError) as error:
        code = "wrong_numbers" if isinstance(error, WrongNumbersError) else "decision_misfit"
        raise RefusalError(422, code, str(error)) from error
    except ReasonNeededError as error:
        raise RefusalError(422, "reason_needed", str(error), violations=error.violations) from error
    except (ActKeyReusedError, KeyReusedError) as error:
        detail = "this Idempotency-Key was used before for something else"
        raise RefusalError(422, "key_reused", detail) from error
    except NothingHereError as error:
        raise RefusalError(404, "form_unknown", "nobody there votes with this form") from error
    except PlenoFinalError as error:
        detail = "the D.Hasil of this form is final; the level above can reopen it"
        raise RefusalError(409, "pleno_final", detail) from error
    except NotFinalError as error:
        raise RefusalError(409, "pleno_not_final", "there is no final D.Hasil to reopen") from error
    except NotDecidedError as error:
        raise RefusalError(409, "not_decided", str(error), tps=error.tps[:LISTED]) from error
    except LowerNotFinalError as error:
        below = [{"region": one.code, "state": one.state} for one in error.lowers[:LISTED]]
        raise RefusalError(409, "lower_not_final", str(error), below=below) from error
    except NotAddableError as error:
        raise RefusalError(409, "not_addable", str(error)) from error
    except ChangedMeanwhileError as error:
        revisions = {str(page): revision for page, revision in sorted(error.revisions.items())}
        raise RefusalError(409, "changed_meanwhile", str(error), revisions=revisions) from error
    except (SupersededError, ContendedError) as error:
        detail = "what this was made of changed in the same moment; look again"
        raise RefusalError(409, "contended", detail) from error
