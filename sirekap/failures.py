"""The two ways a command can fail, each with its exit code."""


class WrongInputError(Exception):
    """What was asked cannot be: wrong option, port taken, directory in use. Exit code 2."""

    exit_code = 2


class CouldNotRunError(Exception):
    """What was asked is right but did not work here.

    A part is missing, a component will not start. Exit code 3.
    """

    exit_code = 3
