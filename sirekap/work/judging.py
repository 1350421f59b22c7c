"""What follows from what was read: does the photo speak for the numbers, do they speak for themselves?"""

from collections.abc import Mapping, Set
from typing import Any

from sirekap.forms.rules import violations
from sirekap.repositories.queue import Job
from sirekap.repositories.readings import CurrentPage, Disagreement, Finding, FormCheck, Read

LEAST_READ = 0.5  # a page of which less than this share of the fields was read is not verified by its photo
NOT_THE_PAGE = frozenset({"no_tag", "wrong_page", "wrong_form"})
EMPTY = "empty"  # why a field has no value: its boxes are


def finding(job: Job, read: Read, took_ms: float) -> Finding:
    """What a photo says against what the phone sent."""
    fields: Mapping[str, Any] = read.content["fields"] if read.content else {}
    differing = tuple(
        Disagreement(field, job.numbers[field], said["value"], said["confidence"])
        for field, said in fields.items()
        if field in job.numbers and _speaks(said) and (said["value"] or 0) != job.numbers[field]
    )
    return Finding(read, differing, bool(differing) or _doubtful(read, fields), took_ms)


def _speaks(said: Mapping[str, Any]) -> bool:
    """Whether a field says something: a number, or nothing at all, which many write for 0."""
    return said["value"] is not None or said["why"] == EMPTY


def _doubtful(read: Read, fields: Mapping[str, Any]) -> bool:
    """Whether the photo does not speak for the numbers: another page, not read, or bubbles that differ."""
    if read.trouble or NOT_THE_PAGE & set(read.flags):
        return True
    too_few = sum(_speaks(said) for said in fields.values()) < LEAST_READ * len(fields)
    return too_few or any(said["bubbles_agree"] is False for said in fields.values())


def form_check(form: str, fields: Set[str], sheets: Set[int], pages: list[CurrentPage]) -> FormCheck:
    """The rules of a form over all its pages, once they are there, and which pages to look at."""
    numbers = {field: number for page in pages for field, number in page.numbers.items()}
    complete = bool(sheets) and sheets <= {page.page for page in pages} and fields <= numbers.keys()
    broken = violations(numbers, form) if complete else ()
    return FormCheck(
        complete=complete,
        violations=[{"rule": one.rule, "text": one.text, "fields": list(one.fields)} for one in broken],
        flagged_pages=sorted(page.page for page in pages if page.needs_look),
        last_revision=max((page.revision_id for page in pages), default=0),
    )
