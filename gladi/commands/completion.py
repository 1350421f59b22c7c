"""`gladi completion`: the script by which a shell completes gladi's commands, options and names."""

import click

_COMPLETE_VAR = "_GLADI_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that makes SHELL complete gladi: commands, options, and names.

    Names of scenarios and their files, run directories, region codes, forms, mistakes, checkers, defects
    and kinds of targets. To have it in every new shell:

    \b
      bash   mkdir -p ~/.local/share/bash-completion/completions
             gladi completion bash > ~/.local/share/bash-completion/completions/gladi
             (without the package bash-completion: gladi completion bash >> ~/.bashrc)
      zsh    mkdir -p ~/.zfunc && gladi completion zsh > ~/.zfunc/_gladi
             and in ~/.zshrc: fpath+=~/.zfunc; autoload -Uz compinit && compinit
      fish   gladi completion fish > ~/.config/fish/completions/gladi.fish

    \b
    Only for this shell:
      eval "$(gladi completion bash)"

    The shell must find the same `gladi`: activate the venv, or put .venv/bin on the PATH. Needs bash 4.4.
    """
    from click.shell_completion import get_completion_class

    from gladi.cli import main

    kind = get_completion_class(shell)
    assert kind is not None, f"click knows no {shell}"
    click.echo(kind(main, {}, "gladi", _COMPLETE_VAR).source())
