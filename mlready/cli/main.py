"""The command `mlready`: which commands there are, and how failures end.

Commands are imported when they are called, so that `--help` and the first card come at once.
"""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import Any

import click

from mlready import clock
from mlready.errors import MlreadyError, UsageError

# Each command with its one line of help; `mlready.cli.NAME` holds it as `command`.
COMMANDS = {
    "review": "Do today's reviews.",
    "status": "Show phases, topics, what is due, and your streak.",
    "next": "Show what can be learned now, and how far the goal is.",
    "why": "Show why a topic is locked, or a card is not in today's plan.",
    "show": "Show a topic or a question in full.",
    "list": "List topics or cards, a line each.",
    "search": "Find topics and questions by their words.",
    "suspend": "Take cards out of study.",
    "unsuspend": "Bring suspended cards back.",
    "known": "Mark topics you know already; they unlock what rests on them.",
    "goal": "Show or set the topic to reach.",
    "focus": "Show or pick the one area of the frontier that is open.",
    "undo": "Take back today's last rating.",
    "flags": "List what you flagged as wrong or unclear.",
    "config": "Show or change settings.",
    "fit": "Fit the scheduler's parameters to your own reviews.",
    "forecast": "Simulate the days to come: when you are ready, and at what cost.",
    "check": "Find every mistake in a deck.",
    "sync": "Bring progress in line with edited files.",
    "news": "Show what changed in the deck since your last look.",
    "new": "Start a deck of your own.",
    "export": "Write an Anki package, or the deck for other tools.",
    "import": "Bring reviews home from Anki.",
    "anki": "Keep a running Anki in step with the deck.",
    "schema": "Print a JSON Schema of deck files, for editors.",
    "rebuild": "Make everything derived again from deck and history.",
    "completion": "Print shell completion code.",
}
# Modules that cannot, or should not, be called as their commands are.
_MODULES = {"import": "importing", "list": "listing", "next": "next_steps"}


class _LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mlready.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of a pipe has seen enough. Keep Python from complaining at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f' Did you mean "{near[0]}"?' if near else ""
            raise click.UsageError(f"{error.message}{hint}", ctx) from error


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="Progress stays on this machine. Set MLREADY_DECK to use a deck of your own.",
)
@click.version_option(package_name="mlready-srs", prog_name="mlready")
def cli() -> None:
    """Spaced repetition for people who prepare for machine-learning research.

    Foundations come first, and nothing you learned is ever lost. Start with `mlready review`.
    """
    try:
        clock.now_ms()
    except ValueError as error:
        hint = "give a moment with its offset, such as 2026-11-23T10:00:00+00:00, or unset it"
        raise UsageError("MLREADY_NOW is not a moment", hint) from error


def main() -> None:  # noqa: C901 - one branch for each way to end
    """Run the command line; a failure of ours is a sentence, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # Not every place can show every character; a question mark is better than nothing.
        if isinstance(stream, io.TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
            stream.reconfigure(errors="replace")
    try:
        color = False if os.environ.get("NO_COLOR") else None
        cli(prog_name="mlready", standalone_mode=False, color=color)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except MlreadyError as error:
        click.echo(f"mlready: {error}", err=True)
        if error.hint:
            click.echo(f"  {error.hint}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        # What commands do to files they explain themselves; this is their own output.
        _say_unwritable(error)
        sys.exit(1)


def _say_unwritable(error: OSError) -> None:
    # Whatever is still in its buffer has nowhere to go.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    click.echo(f"mlready: the output cannot be written: {error.strerror}", err=True)


if __name__ == "__main__":
    main()
