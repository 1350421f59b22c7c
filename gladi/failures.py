"""How a command can end, as exit codes, and errors that carry one. Every error is a sentence for a person."""

PASSED, FAILED, USAGE, COULD_NOT, UNKNOWN = 0, 1, 2, 3, 4
"""Exit codes: passed, verdict failed, wrong usage or input, could not run or heal, verdict unknown."""

OF_VERDICT = {"passed": PASSED, "failed": FAILED, "unknown": UNKNOWN}


class UsageError(Exception):
    """What was asked cannot be right (exit code 2)."""


class CannotRunError(Exception):
    """What was asked is fine, but this machine or target cannot do it now (exit code 3)."""
