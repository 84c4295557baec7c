"""`mlready completion`: shell completion for commands, topics and keys."""

from __future__ import annotations

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    r"""Print completion code for your shell.

    \b
    bash: mlready completion bash > ~/.local/share/bash-completion/completions/mlready
    zsh:  mlready completion zsh > a folder of your fpath, as _mlready
    fish: mlready completion fish > ~/.config/fish/completions/mlready.fish
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    from mlready.cli.main import cli  # noqa: PLC0415

    complete = get_completion_class(shell)
    if complete is not None:  # it is one of the choices, so it never is
        click.echo(complete(cli, {}, "mlready", "_MLREADY_COMPLETE").source())
