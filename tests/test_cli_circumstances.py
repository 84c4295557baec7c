"""The command line where things are not as usual: pipes, failures, nothing to do; completion."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.study_fixtures import MLREADY, Place, place, run, used_place, write_deck

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.study_fixtures import Result

# The end of the process closes the store; here many commands run in one.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
__all__ = ["place", "run", "used_place"]

# --- what can go wrong around a command ------------------------------------------------


@pytest.mark.parametrize("command", ["status", "review", "list", "sync", "undo"])
def test_a_store_that_cannot_be_used_ends_with_3(
    run: Callable[..., Result], used_place: Place, command: str
) -> None:
    used_place.home.mkdir()
    (used_place.home / "trail.sqlite3").write_bytes(b"this is not a database" * 99)
    result = run(command)
    assert (result.code, result.out) == (3, "")
    assert "is damaged, or is not a database" in result.err


@pytest.mark.parametrize("command", ["status", "review", "list", "config", "check", "export"])
def test_a_deck_that_is_not_there_ends_with_1(run: Callable[..., Result], command: str) -> None:
    result = run(command, "--deck", "nowhere")
    assert (result.code, result.out) == (1, "")
    assert "there is no deck folder nowhere" in result.err


def test_a_moment_that_is_none_ends_with_2(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLREADY_NOW", "tomorrow")
    result = run("status")
    assert result.code == 2
    assert "MLREADY_NOW is not a moment" in result.err


@pytest.mark.parametrize("redirection", ["</dev/null", "<&-", "</dev/null 2>&-", "</dev/null >&-"])
def test_a_review_without_a_terminal_shows_the_first_card(place: Place, redirection: str) -> None:
    script = f'"{MLREADY}" review {redirection}'
    done = subprocess.run(
        ["/bin/sh", "-c", script], env=place.env, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0
    assert done.stderr == b""
    if ">&-" not in redirection.replace("2>&-", ""):
        shown = done.stdout.decode()
        assert shown.startswith("Today: 3 new, 0 in learning, 0 reviews; about ")
        assert "When is there no set" in shown
        assert "Must mention" not in shown


@pytest.mark.parametrize("command", ["status", "list cards", "news --all", "review", "show sets"])
def test_a_reader_who_has_seen_enough_is_no_failure(place: Place, command: str) -> None:
    place.run("sync")
    script = f'"{MLREADY}" {command} < /dev/null | true; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["/bin/bash", "-c", script], env=place.env, capture_output=True, check=False, timeout=60
    )
    assert done.stdout == b"0\n"
    assert done.stderr == b""


def test_a_place_without_these_characters_gets_ascii(place: Place) -> None:
    shown = place.run("status", PYTHONIOENCODING="ascii")
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (0, "Trail")
    assert "-----" in shown.stdout
    assert "?" not in shown.stdout


# --- nothing to review -------------------------------------------------------------------


def test_a_deck_without_questions_says_so(place: Place) -> None:
    for file in (place.deck / "questions").iterdir():
        file.unlink()
    done = place.run("review")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("This deck has no questions yet.")


def test_a_deck_of_which_nothing_compiles_is_refused(place: Place) -> None:
    write_deck(place.deck, {"questions/sets.yaml": "topic: sets\nquestions: no\n"})
    for name in ("maps", "limits"):
        (place.deck / "questions" / f"{name}.yaml").unlink()
    done = place.run("review")
    assert (done.returncode, done.stdout) == (1, "")
    assert "(1 mistake)" in done.stderr


def test_all_suspended_and_all_done(place: Place) -> None:
    place.run("suspend", "sets", "maps", "limits")
    assert place.run("review").stdout.startswith("All 6 cards are suspended.")
    place.run("unsuspend", "sets/russell")
    assert "Done for today" in place.run("review", stdin="\n4\n").stdout
    done = place.run("review").stdout
    assert done.startswith("Nothing is due today.")
    assert "reviews" not in done
    assert re.search(r"next: 1 review on 2026-\d\d-\d\d", done)


def test_mistakes_do_not_stop_the_review_of_what_is_right(place: Place) -> None:
    write_deck(place.deck, {"questions/maps.yaml": "topic: maps\nquestions: no\n"})
    done = place.run("review")
    assert done.returncode == 0
    assert "The deck has 1 mistake;" in done.stdout
    assert "When is there no set" in done.stdout


# --- completion --------------------------------------------------------------------------


def complete(place: Place, *words: str) -> list[str]:
    """What bash offers after these words."""
    script = (
        f'PATH="{Path(MLREADY).parent}:$PATH"\n'
        'eval "$(mlready completion bash)"\n'
        'COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))\n'
        "_mlready_completion mlready\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run(
        ["/bin/bash", "-c", script, "bash", "mlready", *words],
        env=place.env,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_topics_and_keys(place: Place) -> None:
    assert complete(place, "show", "s") == []  # no progress yet, and no traceback
    place.run("sync")
    assert complete(place, "st") == ["status"]
    assert complete(place, "show", "m") == ["maps", "measures"]
    assert complete(place, "show", "se") == ["sets", "sets/russell", "sets/counting", "sets/axioms"]
    assert complete(place, "suspend", "sets/r") == ["sets/russell"]
    assert complete(place, "known", "li") == ["limits", "limits/unique"]
    assert complete(place, "config", "new") == ["new_per_day"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_their_code(run: Callable[..., Result], shell: str) -> None:
    assert "_MLREADY_COMPLETE" in run("completion", shell).out
