"""`mlready completion`: shell completion for commands, topics and keys."""

from __future__ import annotations

import click

# A line that begins with \b keeps click from filling the paragraph.
_HELP = """Print completion code for your shell.

\b
bash: put it into ~/.local/share/bash-completion/completions/mlready
zsh:  put it into a folder of your fpath, as _mlready
fish: put it into ~/.config/fish/completions/mlready.fish
"""


@click.command("completion", help=_HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print completion code for your shell."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    from mlready.cli.main import cli  # noqa: PLC0415

    complete = get_completion_class(shell)
    if complete is not None:  # it is one of the choices, so it never is
        click.echo(complete(cli, {}, "mlready", "_MLREADY_COMPLETE").source())
