"""The command line: `gladi COMMAND`. Each command is a file in `gladi/commands`.

Exit codes, everywhere: 0 passed, 1 verdict failed, 2 wrong usage or input, 3 could not run or heal, 4 verdict
unknown. Results for machines go to standard output with --json; words for people go to standard error.
"""

import sys

import click

from chaos import LedgerError, ToxiproxyError
from gladi import __version__
from gladi.commands import check, doctor, forms, heal, rehearse, report, simulate, stack
from gladi.failures import COULD_NOT, USAGE, CannotRun, UsageError
from reports import RunDirectoryError
from scenarios import ScenarioError


class _Polite(click.Group):
    """Turns our errors into one sentence and an exit code; a traceback is a bug."""

    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except (UsageError, ScenarioError, RunDirectoryError) as error:
            _sorry(error, USAGE)
        except (CannotRun, ToxiproxyError, LedgerError) as error:
            _sorry(error, COULD_NOT)
        except KeyboardInterrupt:
            _sorry("dihentikan / interrupted", COULD_NOT)
        except BrokenPipeError:
            sys.exit(COULD_NOT)


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


for command in (
    rehearse.rehearse, simulate.simulate, forms.forms, check.check, report.report, stack.stack, doctor.doctor, heal.heal,
):  # fmt: skip
    main.add_command(command)


if __name__ == "__main__":
    main()
