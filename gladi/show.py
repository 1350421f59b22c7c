"""What a person sees while gladi works: stages, progress bars, a live line. Silent with --json."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[float, float, str], None]
"""Called with how much is done, of how much, and a few words."""


class Show:
    """Writes to standard error, so that standard output stays for machines."""

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self._console = Console(stderr=True, quiet=quiet, highlight=False, soft_wrap=True)
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        """One line."""
        self._console.print(text)

    def warn(self, text: str) -> None:
        """One line that should be noticed."""
        self._console.print(f"[yellow]! {text}[/yellow]")

    @contextmanager
    def stage(self, title: str) -> Iterator[Advance]:
        """A piece of work with a bar; says how long it took."""
        start = time.monotonic()
        if self.quiet or not sys.stderr.isatty():
            yield lambda done, total, words: None
        else:
            with Progress(
                TextColumn("{task.description:<28}"),
                BarColumn(bar_width=32),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
                TextColumn("{task.fields[words]}"),
                console=self._console,
                transient=True,
            ) as progress:
                task = progress.add_task(title, total=1.0, words="")

                def advance(done: float, total: float, words: str) -> None:
                    progress.update(task, completed=done, total=max(total, 1e-9), words=words)

                yield advance
        self.say(f"  {title:<34} {time.monotonic() - start:6.1f} s")
