"""The commands of operations: backup, restore, settings, migrations."""

import argparse
import sys
from pathlib import Path

from sirekap.stack.layout import Layout


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add them to the command line."""
    backup = commands.add_parser("backup", help="back up a running stack, without stopping it")
    backup.add_argument("--dir", type=Path, required=True, help="the stack's directory")
    backup.add_argument("--to", type=Path, required=True, help="a folder that does not exist yet")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="make a stack's directory of a backup")
    restore.add_argument("--from", dest="backup", type=Path, required=True, help="the backup's folder")
    restore.add_argument("--dir", type=Path, required=True, help="a directory that does not exist yet")
    restore.set_defaults(run=_restore)

    settings = commands.add_parser("settings", help="every setting with its default and its reason")
    settings.add_argument("--example", action="store_true", required=True, help="as a settings.toml to edit")
    settings.set_defaults(run=_settings)

    migrations = commands.add_parser("migrations", help="which migrations are applied, which are not")
    migrations.add_argument("--dir", type=Path, required=True, help="the directory of a running stack")
    migrations.set_defaults(run=_migrations)


def _say(words: str) -> None:
    print(f"sirekap: {words}", file=sys.stderr)


def _backup(arguments: argparse.Namespace) -> int:
    from sirekap.operations.backup import back_up

    head = back_up(arguments.dir, arguments.to, _say)
    print(f"{arguments.to}: the stack as of {head.began_at}, {head.photos} photos")
    _say("secrets.json is in it, with every token and key of the stack: keep it as safe as the stack itself")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    from sirekap.operations.restore import restore

    head = restore(arguments.backup, arguments.dir, _say)
    print(f"{arguments.dir}: the stack as of {head.began_at}, {head.photos} photos; start it with `up`")
    return 0


def _settings(arguments: argparse.Namespace) -> int:
    from sirekap.operations.settings_example import example

    print(example(), end="")
    return 0


def _migrations(arguments: argparse.Namespace) -> int:
    from sirekap.database.migrate import listed
    from sirekap.stack.keys import read_keys
    from sirekap.stack.record import read_record

    layout = Layout(arguments.dir.absolute())
    record = read_record(layout)
    for migration in listed(record.postgres_port, read_keys(layout)["postgres_password"]):
        print(f"{migration.name:<44} {migration.applied_at or 'pending'}")
    return 0
