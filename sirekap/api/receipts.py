"""The ledger's word as an answer: a receipt, or why there is none."""

from collections.abc import Awaitable
from typing import TypeVar

from starlette.responses import JSONResponse, Response

from sirekap.api.refusals import RefusalError
from sirekap.repositories.ledger import (
    ContendedError,
    KeyReusedError,
    PageExistsError,
    PageMissingError,
    PlenoFinalError,
    Stored,
)

Outcome = TypeVar("Outcome")


async def by_the_rules(work: Awaitable[Outcome]) -> Outcome:
    """Await ledger work; what its rules forbid becomes a RefusalError."""
    try:
        return await work
    except PageExistsError as error:
        raise RefusalError(409, "page_exists", str(error), receipt=error.receipt) from error
    except PageMissingError as error:
        raise RefusalError(409, "page_missing", "this page is not stored yet; submit it first") from error
    except PlenoFinalError as error:
        raise RefusalError(
            409, "pleno_final", "the D.Hasil of the kecamatan is final; only a reopening lets it change"
        ) from error
    except KeyReusedError as error:
        raise RefusalError(422, "key_reused", str(error)) from error
    except ContendedError as error:
        raise RefusalError(
            409, "contended", "others changed this page at the same time; look and try again"
        ) from error


def receipt(stored: Stored) -> Response:
    """201 with the receipt of what was just stored, 200 for one that stood before."""
    row = stored.row
    content = {
        "receipt": row.receipt,
        "tps": row.tps,
        "form": row.form,
        "page": row.page,
        "revision": row.revision,
        "sha256": row.sha256,
        "stored_at": row.stored_at.isoformat(),
        "after_final": row.after_final,
        "replay": stored.replay,
    }
    return JSONResponse(content, 200 if stored.replay else 201)
