"""The command line: every command, its data, its exit code, what it says on failure."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from mlready.cli.main import COMMANDS, cli
from tests.study_fixtures import TRAIL, Place, place, run, used_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.study_fixtures import Result

# The end of the process closes the store; here many commands run in one.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
__all__ = ["place", "run", "used_place"]
DOCS = [Path(__file__).parents[1] / "README.md", *Path(__file__).parents[1].glob("docs/*.md")]
READING = (
    ("status",),
    ("show", "sets"),
    ("show", "sets/russell"),
    ("show", "sets/counting"),
    ("list",),
    ("list", "cards"),
    ("known",),
    ("config",),
    ("config", "new_per_day"),
    ("config", "deck"),
    ("check",),
    ("sync",),
    ("news",),
    ("news", "--all"),
    ("schema", "deck"),
    ("export",),
    ("next",),
    ("why", "sets"),
    ("goal",),
    ("focus",),
    ("fit", "--dry-run"),
    ("forecast", "--days", "20"),
)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_documented(name: str) -> None:
    context = click.Context(cli)
    command = cli.get_command(context, name)
    assert command is not None
    assert command.name == name
    shown = CliRunner().invoke(cli, [name, "--help"]).output
    assert command.help
    assert "Usage:" in shown
    described = [p for p in command.params if isinstance(p, click.Option) and not p.help]
    assert described == [], "options without help"
    assert any(f"mlready {name}" in path.read_text(encoding="utf-8") for path in DOCS)


def test_help_lists_every_command_and_a_slip_is_answered(run: Callable[..., Result]) -> None:
    shown = run("--help").out
    assert all(re.search(rf"^  {name} ", shown, re.MULTILINE) for name in COMMANDS)
    slip = run("stauts")
    assert (slip.code, slip.out) == (2, "")
    assert 'Did you mean "status"?' in slip.err
    assert re.match(r"mlready, version \d", run("--version").out)


@pytest.mark.parametrize("args", READING, ids=" ".join)
def test_what_reads_gives_json(run: Callable[..., Result], args: tuple[str, ...]) -> None:
    result = run(*args, *(() if args[0] == "schema" else ("--json",)))
    assert result.code == 0
    json.loads(result.out)


@pytest.mark.parametrize("args", READING, ids=" ".join)
def test_what_reads_gives_json_of_an_empty_deck_too(
    run: Callable[..., Result], used_place: Place, args: tuple[str, ...]
) -> None:
    if args[0] == "forecast" or (args[0] == "show" and args[1] != "sets"):
        pytest.skip("there is no question to show or to forecast")
    for file in (used_place.deck / "questions").iterdir():
        file.unlink()
    result = run(*args, *(() if args[0] == "schema" else ("--json",)))
    assert result.code == 0
    json.loads(result.out)
    assert run(*args).code == 0


@pytest.mark.parametrize("args", [*READING, ("review",), ("--help",)], ids=" ".join)
def test_nothing_but_text_goes_to_a_pipe(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run(*args)
    assert result.code == 0
    assert "\x1b" not in result.out + result.err
    assert not re.search(r" $", result.out, re.MULTILINE)


def test_the_first_command_says_that_the_deck_is_new(run: Callable[..., Result]) -> None:
    assert run("status").err == "A new deck: 5 questions.\n"
    assert run("status").err == ""


def test_status(run: Callable[..., Result]) -> None:
    view = json.loads(run("status", "--json").out)
    assert (view["new"], view["streak"], view["locked"]) == (3, 0, 2)
    assert "Today: 0 reviews, 0 in learning, 3 new" in run("status").out


def test_show(run: Callable[..., Result]) -> None:
    topic = json.loads(run("show", "maps", "--json").out)
    assert (topic["standing"], topic["waits_for"]) == ("locked", ["sets"])
    assert topic["dependents"] == ["limits"]
    both = run("show", "sets/counting").out
    assert "[2ⁿ]" in both
    assert "[one]" in both
    one = json.loads(run("show", "sets/counting#2", "--json").out)
    assert [card["key"] for card in one] == ["sets/counting#2"]
    missing = run("show", "sets/rusell")
    assert (missing.code, missing.out) == (2, "")
    assert missing.err == (
        'mlready: there is no topic or question "sets/rusell"\n  did you mean "sets/russell"?\n'
    )


def test_list(run: Callable[..., Result]) -> None:
    assert run("list").out.splitlines()[0] == "unlocked\tsets\t1\t4\tSets"
    assert run("list", "--phase", "2").out == "locked\tlimits\t2\t1\tLimits\n"
    assert run("list", "--standing", "empty").out == "empty\tmeasures\t1\t0\tMeasures\n"
    cards = run("list", "cards").out.splitlines()
    assert cards[1] == "new\tsets/counting#1\tstatement\tbreadth"
    assert run("list", "--phase", "3").code == 2
    assert "'unlocked'" in run("list", "--standing", "open").err


def test_suspend_and_unsuspend(run: Callable[..., Result]) -> None:
    result = run("suspend", "sets/counting", "maps")
    assert (result.code, result.out) == (0, "")
    assert "3 cards suspended." in result.err
    assert run("list", "cards").out.count("suspended\t") == 3
    assert "suspended" in run("show", "maps").out
    assert "2 cards back in study." in run("unsuspend", "sets/counting").err
    assert run("list", "cards").out.count("suspended\t") == 1
    assert run("suspend").code == 2
    assert run("suspend", "nothing-like-it").code == 2


def test_known(run: Callable[..., Result]) -> None:
    assert "1 topic marked as known." in run("known", "sets").err
    assert run("known").out == "sets\n"
    assert "1 topic marked" in run("known", "maps", "--closure").err
    assert json.loads(run("known", "--json").out) == ["maps", "sets"]
    assert json.loads(run("known", "--forget", "sets", "--json").out) == ["maps"]
    assert 'did you mean "maps"?' in run("known", "map").err
    assert "1 topic no longer marked" in run("known", "--forget", "sets", "maps").err
    again = run("known", "--forget", "sets")
    assert (again.code, again.err) == (0, "Nothing changed: none of that was marked as known.\n")
    nothing = run("known")
    assert (nothing.out, nothing.err.startswith("No topic is marked as known.")) == ("", True)


def test_review_and_undo(run: Callable[..., Result], used_place: Place) -> None:
    refused = run("undo")
    assert refused.code == 2
    assert "nothing was rated today" in refused.err
    reviewed = used_place.run("review", stdin="\n4\n")
    assert reviewed.returncode == 0
    assert "1 review in" in reviewed.stdout
    assert used_place.ratings() == [4]
    assert run("undo").err == "Undone: sets/russell\n"
    assert used_place.ratings() == []


def test_config(run: Callable[..., Result]) -> None:
    assert run("config", "new_per_day", "7").out == "7\n"
    assert run("config", "new_per_day").out == "7\n"
    assert run("config", "minutes_per_day", "5").out == "5\n"
    assert max(map(len, run("config").out.splitlines())) < 100
    assert run("config", "learning_steps", "1m 10m 1d").out == "1m 10m 1d\n"
    assert json.loads(run("config", "--json").out)["new_per_day"] == 7
    assert run("config", "new_per_day", "--unset").out == "20\n"
    for name, value in [("new_per_day", "many"), ("desired_retention", "2"), ("fuzz", "maybe")]:
        refused = run("config", name, value)
        assert (refused.code, refused.out) == (2, "")
        assert f'{name} cannot be "{value}"' in refused.err
    assert 'did you mean "new_per_day"?' in run("config", "nwe_per_day").err


def test_a_deck_of_one_s_own(
    run: Callable[..., Result], used_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLREADY_DECK")
    shipped = run("config", "deck").out
    folder = used_place.root / "mine"
    made = run("new", str(folder), "--title", "It's mine")
    assert (made.code, made.out) == (0, f"{folder}\n")
    assert run("check", str(folder)).code == 0
    assert run("config", "deck", str(folder)).out == f"{folder}\n"
    assert "It's mine" in run("status").out
    assert json.loads(run("config", "deck", "--json").out) == {"deck": str(folder)}
    assert run("config", "deck", "--unset").out == shipped
    occupied = run("new", str(folder))
    assert occupied.code == 2
    assert "is not empty" in occupied.err
    assert run("config", "deck", str(used_place.root)).code == 1


def test_a_copy_of_the_shipped_deck_passes_the_check(
    run: Callable[..., Result], used_place: Place
) -> None:
    folder = used_place.root / "copy"
    assert run("new", "--copy", str(folder)).code == 0
    assert (folder / "deck.yaml").is_file()
    assert not list(folder.rglob("__pycache__"))


def test_check(run: Callable[..., Result], used_place: Place) -> None:
    good = run("check")
    assert good.code == 0
    assert "5 questions, 0 errors" in good.err
    assert "measures" in run("check", "--all").out
    file = used_place.deck / "questions" / "maps.yaml"
    file.write_text(TRAIL["questions/maps.yaml"].replace("definition", "defintion"))
    bad = run("check")
    assert bad.code == 1
    assert "questions/maps.yaml:4:" in bad.out
    records = json.loads(run("check", "--json").out)
    (record,) = [record for record in records if record["severity"] == "error"]
    assert (record["path"], record["line"]) == ("questions/maps.yaml", 4)
    assert run("check", "--json").code == 1
    missing = run("check", "nowhere")
    assert (missing.code, missing.out) == (1, "")
    assert "there is no deck folder" in missing.err


def test_sync_and_news(run: Callable[..., Result], used_place: Place) -> None:
    assert run("sync").out == "5 added\n"
    assert run("sync").out == "nothing has changed\n"
    assert "Nothing has changed" in run("news").out
    file = used_place.deck / "questions" / "maps.yaml"
    file.write_text(TRAIL["questions/maps.yaml"].replace("different images", "other images"))
    assert run("sync").out == "1 changed\n"
    review = used_place.run("review").stdout
    assert "Since your last look the deck changed: 1 changed (mlready news)." in review
    news = run("news").out
    assert "- When different points have different images." in news
    assert "+ When different points have other images." in news
    assert "Nothing has changed" in run("news").out
    assert "other images" in run("news", "--all").out
    file.write_text("topic: maps\nquestions: 7\n")
    broken = run("sync")
    assert broken.code == 1
    assert "The deck has 1 mistake; what it concerns stays as it last compiled" in broken.err
    assert run("status").code == 0


def test_export(run: Callable[..., Result], used_place: Place) -> None:
    exported = run("export", "--json")
    report = json.loads(exported.out)
    assert (report["file"], report["notes"], report["cards"]) == ("trail.apkg", 5, 6)
    assert zipfile.is_zipfile(used_place.root / "trail.apkg")
    assert "must end in one of .apkg" in run("export", "deck.zip").err
    refused = run("export", "no/such/folder/deck.apkg")
    assert refused.code == 2
    assert "Traceback" not in refused.err


def test_schema(run: Callable[..., Result], used_place: Place) -> None:
    assert json.loads(run("schema", "questions").out)["title"] == "mlready questions file"
    assert run("schema").code == 2
    written = run("schema", "--write", str(used_place.deck)).out.split()
    assert len(written) == 4
    assert all(json.loads(Path(path).read_text()) for path in written)


def test_rebuild(run: Callable[..., Result], used_place: Place) -> None:
    used_place.run("review", stdin="\n3\n")
    before = run("list", "cards", "--json").out
    assert "the history of 1 card." in run("rebuild").err
    assert run("list", "cards", "--json").out == before
    (used_place.deck / "questions" / "maps.yaml").write_text("topic: maps\n")
    refused = run("rebuild")
    assert refused.code == 1
    assert "nothing was changed" in refused.err
