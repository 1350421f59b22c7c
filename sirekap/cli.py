"""Start, stop and look after a reference stack. Exit codes: 0 done, 2 wrong usage, 3 could not run."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from sirekap.failures import CouldNotRunError, WrongInputError
from sirekap.operations.commands import add_to
from sirekap.planting import NAMES
from sirekap.settings import PROFILES, resolve
from sirekap.stack import life
from sirekap.stack.layout import Layout


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _end_as_interrupted)
    try:
        code: int = arguments.run(arguments)
    except (WrongInputError, CouldNotRunError) as failure:
        print(f"sirekap: {failure}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        print("sirekap: interrupted; what this command had started was ended", file=sys.stderr)
        return 3
    return code


def _end_as_interrupted(signum: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sirekap", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    up = commands.add_parser("up", help="start everything and return when it answers")
    _directory(up)
    up.add_argument("--profile", choices=PROFILES, help="what the stack is made of (default embedded)")
    up.add_argument("--port", type=int, help="port on 127.0.0.1; 0 for any free one (default)")
    up.add_argument("--api-workers", type=int, help="API processes (default 2)")
    up.add_argument("--workers", type=int, help="worker processes behind the API")
    up.add_argument("--naive", action="store_true", help="without protection from overload")
    up.add_argument(
        "--defect",
        action="append",
        choices=NAMES,
        metavar="NAME",
        help=f"plant a defect; may be repeated: {', '.join(NAMES)}",
    )
    up.add_argument("--json", action="store_true", help="print stack.json's content")
    up.set_defaults(run=_up)

    down = commands.add_parser("down", help="end everything; harmless when nothing runs")
    _directory(down)
    down.set_defaults(run=_down)

    status = commands.add_parser("status", help="what runs; exit code 3 when a component is dead")
    _directory(status)
    status.add_argument("--json", action="store_true")
    status.set_defaults(run=_status)

    start = commands.add_parser("start", help="start what is dead again and wait until it is ready")
    which = start.add_mutually_exclusive_group(required=True)
    which.add_argument("component", nargs="?", help="postgres, api-1, worker-1, nginx, ...")
    which.add_argument(
        "--all", action="store_true", help="everything that is dead, in the order of its start"
    )
    _directory(start)
    start.set_defaults(run=_start)

    train = commands.add_parser("train-reader", help="teach the digit reader from photos (`make reader`)")
    train.add_argument("--photos", type=Path, nargs="+", required=True, help="folders with .jpg and .json")
    train.add_argument("--seed", type=int, default=7, help="another split, start and order (default 7)")
    train.add_argument("--out", type=Path, help="folder for digits.npz and .json; default: the reader's own")
    train.set_defaults(run=_train_reader)
    add_to(commands)
    return parser


def _directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, required=True, help="the stack's directory")


def _up(arguments: argparse.Namespace) -> int:
    given = {
        "profile": arguments.profile,
        "port": arguments.port,
        "api_workers": arguments.api_workers,
        "workers": arguments.workers,
        "overload": "naive" if arguments.naive else None,
        "defects": tuple(arguments.defect) if arguments.defect else None,
    }
    overrides = {name: value for name, value in given.items() if value is not None}
    settings = resolve(Layout(arguments.dir.absolute()).user_settings, os.environ, overrides)
    record = life.up(arguments.dir, settings)
    if arguments.json:
        print(json.dumps(asdict(record)))
    else:
        print(f"{record.url} is ready: {', '.join(record.components)}; tokens in {record.dir}/secrets.json")
        print(f"PostgreSQL is that of {record.postgres_bin}")
    return 0


def _down(arguments: argparse.Namespace) -> int:
    ended = life.down(arguments.dir)
    print(f"ended: {', '.join(ended)}" if ended else "nothing was running")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    record, components = life.status(arguments.dir)
    complete = all(c.alive for c in components.values())
    if arguments.json:
        found = {name: asdict(c) for name, c in components.items()}
        print(
            json.dumps(
                {"url": record.url, "complete": complete, "defects": record.defects, "components": found}
            )
        )
    else:
        print(record.url)
        for name, component in components.items():
            print(f"  {name:<10} pid {component.pid:<8} {'alive' if component.alive else 'DEAD'}")
    return 0 if complete else 3


def _start(arguments: argparse.Namespace) -> int:
    if arguments.all:
        started = life.start_all(arguments.dir)
        print(f"started: {', '.join(started)}" if started else "nothing was dead")
        return 0
    component = life.start(arguments.dir, arguments.component)
    print(f"{arguments.component} runs as pid {component.pid}")
    return 0


def _train_reader(arguments: argparse.Namespace) -> int:
    from sirekap.reading.training.teaching import train

    train(arguments.photos, arguments.seed, arguments.out, lambda line: print(line, file=sys.stderr))
    return 0
