"""`gladi new`: a scenario of one's own, and the schemas by which editors complete it."""

import click

from gladi.commands.new_scenario import new_scenario
from gladi.commands.new_schema import new_schema


@click.group()
def new() -> None:
    """Write a scenario of your own, or the schemas by which editors complete one.

    \b
      gladi new scenario                asks, and writes a commented file that plays at once
      gladi new schema                  JSON Schema of scenario, nation, claims and changes files
    """


new.add_command(new_scenario)
new.add_command(new_schema)
