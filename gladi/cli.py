"""The command line: `gladi COMMAND`. Each command is a file in `gladi/commands`.

Exit codes, everywhere: 0 passed, 1 verdict failed, 2 wrong usage or input, 3 could not run or heal, 4 verdict
unknown. Results for machines go to standard output with --json; words for people go to standard error.
"""

import errno
import sys
from importlib import import_module

import click

from gladi import __version__, leaving
from gladi.completing import with_names
from gladi.failures import COULD_NOT, USAGE, CannotRunError, UsageError

_COMMANDS = (
    "rehearse",
    "simulate",
    "calibrate",
    "capacity",
    "claim",
    "soak",
    "readiness",
    "population",
    "forms",
    "bimtek",
    "new",
    "check",
    "report",
    "compare",
    "stack",
    "target",
    "worker",
    "doctor",
    "completion",
    "heal",
)


class _Polite(click.Group):
    """Loads a command when it is asked for, and turns our errors into one sentence and an exit code."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"gladi.commands.{name}"), name)
        return with_names(command)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        context.meta["gladi.argv"] = tuple(args)
        return super().parse_args(context, args)

    def invoke(self, context: click.Context) -> object:
        try:
            with leaving.listening(context.meta["gladi.argv"]):
                return super().invoke(context)
        except UsageError as error:
            _sorry(error, USAGE)
        except CannotRunError as error:
            _sorry(error, COULD_NOT)
        except KeyboardInterrupt:
            _sorry("\n".join(leaving.explained()), COULD_NOT)
        except BrokenPipeError:
            sys.exit(COULD_NOT)
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            _sorry("the disk is full; free some space or choose another --out", COULD_NOT)
        return None


def _sorry(error: object, code: int) -> None:
    for line in str(error).splitlines():
        click.echo(f"gladi: {line}", err=True)
    sys.exit(code)


@click.group(cls=_Polite, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="gladi")
def main() -> None:
    """Gladi bersih hari pemungutan suara: rehearse election day before it comes.

    \b
    First steps:
      gladi doctor                      what is installed, what is missing, how to get it
      gladi simulate kepahiang-2024     the day against a simulated server, in seconds
      gladi rehearse kepahiang-2024     the day against a real one, in minutes
      gladi report runs/<run>           open its report.html

    \b
    Exit codes: 0 passed, 1 verdict failed, 2 wrong usage or input,
                3 could not run or could not heal, 4 verdict unknown.
    """


if __name__ == "__main__":
    main()
