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

_GROUPS: dict[str, dict[str, str]] = {
    "Play the day": {
        "rehearse": "The day against a live system, to a verdict and a report.",
        "simulate": "The same against a simulated server, in seconds; also a whole nation.",
        "soak": "Many short rehearsals: how far a verdict can be trusted.",
        "worker": "Join a rehearsal on another machine.",
    },
    "Measure a system": {
        "capacity": "The highest rate that it holds, and how sure that is.",
        "claim": "Put a vendor's claims to the test; a certificate that others can check.",
        "calibrate": "Measure a stack and fit the server that simulations use.",
        "target": "Point gladi at a system of your own.",
        "stack": "Start, stop or ask the reference stack.",
    },
    "Get ready": {
        "readiness": "Go, no-go or cannot tell, the day before; one page to print.",
        "bimtek": "Training for KPPS officials: a pack to print, and a practice site.",
        "new": "Write a scenario of your own.",
        "forms": "Photos of C.Hasil with their ground truth, or sheets to print.",
        "population": "Every TPS of the nation: made up, or imported from KPU's own tables.",
    },
    "After a run": {
        "report": "The page of a run once more, in Indonesian or English.",
        "check": "The verdict of a run, judged again from its directory.",
        "compare": "Two runs: what got better or worse, and how sure that is.",
        "heal": "Undo whatever a run on a machine that died left behind.",
    },
    "This machine": {
        "doctor": "What is installed, what is missing, how to get it.",
        "completion": "The script that makes a shell complete gladi.",
    },
}
"""Every command once, by what somebody wants, with its line in `gladi --help` (which loads none of them)."""

_COMMANDS = tuple(name for group in _GROUPS.values() for name in group)


class _Polite(click.Group):
    """Loads a command when it is asked for, and turns our errors into one sentence and an exit code."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        for title, group in _GROUPS.items():
            with formatter.section(title):
                formatter.write_dl(list(group.items()), col_max=14)

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
        except (KeyboardInterrupt, click.Abort):  # click's, at a question
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
      gladi readiness kepahiang-2024    is it ready, and what is still missing
      gladi report runs/<run>           writes its report.html again; open that in a browser

    `gladi COMMAND --help` explains a command, with examples. What a run found is in its folder under runs/.

    \b
    Exit codes: 0 passed, 1 verdict failed, 2 wrong usage or input,
                3 could not run or could not heal, 4 verdict unknown.
    Ctrl-C heals, keeps the evidence and says how to go on. NO_COLOR=1 turns colours off; without a
    terminal there are none, and no progress bars.
    """


if __name__ == "__main__":
    main()
