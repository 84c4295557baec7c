"""`mlready fit`: what it changes, what it says, and how it is taken back."""

from __future__ import annotations

import json
import sys
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from mlready.store import tables
from mlready.store.fitting import read_histories
from mlready.store.presets import SETTINGS, format_setting
from mlready.store.replaying import replay_cards
from scheduler.memory import State
from scheduler.preset import DEFAULT_PARAMETERS
from tests.store_fixtures import dump_table
from tests.study_fixtures import DAY, NOW, Place, Result, place, run, used_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlready.store.writing import Writer

pytest.importorskip("fsrs_rs_python", reason="fsrs-rs-python, the extra [fit], is not installed")
# The end of the process closes the store; here many commands run in one.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
__all__ = ["place", "run", "used_place"]
Run = "Callable[..., Result]"

QUESTIONS = "topic: maps\nquestions:\n" + "".join(
    f"  - {{id: map-{n}, kind: definition, question: What is map {n}?, answer: A map.}}\n"
    for n in range(40)
)


def study(place: Place, days: int, recalled: float) -> Writer:
    """A learner who has reviewed 40 cards every other day, and recalled so many of them."""
    (place.deck / "questions" / "maps.yaml").write_text(QUESTIONS, encoding="utf-8")
    writer = place.open().writer()
    chance = Random(3)  # noqa: S311 - for a test
    cards = [card for (card,) in writer.rows("SELECT card_id FROM live_cards ORDER BY card_id")]
    rows: list[dict[str, Any]] = [
        {
            "card_id": card,
            "reviewed_at": NOW - (days - day) * 86_400_000 + n,
            "study_day": DAY - days + day,
            "rating": 3 if chance.random() < recalled else 1,
            "duration_ms": 4000,
            "state_before": int(State.REVIEW if day > 1 else State.NEW),
            "state_after": int(State.REVIEW),
            "due_day": DAY - days + day + 2,
            "leech": False,
        }
        for day in range(days)
        for n, card in enumerate(cards)
        if (n + day) % 2
    ]
    with writer.engine.begin() as connection:
        if rows:
            connection.execute(insert(tables.revlog), rows)
        replay_cards(connection)
    return writer


def held(writer: Writer) -> tuple[list[dict[str, Any]], str | None]:
    """The memories and the parameters of now."""
    with writer.engine.connect() as connection:
        settings = tables.settings
        stored = select(settings.c.value).where(settings.c.name == "parameters")
        return dump_table(connection, tables.memories), connection.execute(stored).scalar()


def kept(writer: Writer) -> list[tuple[str | None, str | None, bool]]:
    """The changes of parameters: before, after, and whether a fit made them."""
    with writer.engine.connect() as connection:
        rows = dump_table(connection, tables.parameter_sets)
    return [(r["old_parameters"], r["new_parameters"], bool(r["evidence"])) for r in rows]


def test_a_fit_is_taken_kept_and_undone(used_place: Place, run: Callable[..., Result]) -> None:
    writer = study(used_place, 60, recalled=0.5)
    before = held(writer)
    done = run("fit")
    assert done.code == 0, done.err
    assert "of the way from the defaults" in done.out
    assert "mlready fit --undo" in done.out
    after = held(writer)
    assert before[1] is None
    assert after[1] is not None
    assert after[1] in done.out
    assert after[0] != before[0]
    assert [row["due_day"] for row in after[0]] == [row["due_day"] for row in before[0]]
    assert kept(writer) == [(None, after[1], True)]
    # What was derived is what the history makes of the new parameters.
    assert run("rebuild").code == 0
    assert held(writer) == after

    undone = run("fit", "--undo")
    assert undone.code == 0, undone.err
    assert "the defaults" in undone.out
    assert held(writer) == before
    assert run("fit", "--undo").code == 0
    assert held(writer) == after
    assert kept(writer) == [
        (None, after[1], True),
        (after[1], None, False),
        (None, after[1], False),
    ]


def test_a_dry_run_changes_nothing(used_place: Place, run: Callable[..., Result]) -> None:
    writer = study(used_place, 60, recalled=0.5)
    before = held(writer)
    done = run("fit", "--dry-run")
    assert done.code == 0
    assert "Nothing changed" in done.out
    assert held(writer) == before
    assert kept(writer) == []


def test_json_says_the_same(used_place: Place, run: Callable[..., Result]) -> None:
    writer = study(used_place, 60, recalled=0.5)
    data = json.loads(run("fit", "--json").out)
    assert data["result"] == "fitted"
    assert data["changed"] is True
    assert data["old_parameters"] == list(DEFAULT_PARAMETERS)
    assert data["loss"] < data["loss_of_defaults"]
    assert 0 < data["share"] <= 1
    assert data["reviews_per_day"]["then"] > 0
    assert held(writer)[1] == format_setting("parameters", tuple(data["parameters"]))
    undone = json.loads(run("fit", "--undo", "--json").out)
    assert undone == {"is_default": True, "parameters": list(DEFAULT_PARAMETERS)}


def test_the_same_fit_again_changes_nothing(used_place: Place, run: Callable[..., Result]) -> None:
    writer = study(used_place, 60, recalled=0.5)
    assert run("fit").code == 0
    again = run("fit")
    assert again.code == 0
    assert "the fit you have" in again.out
    assert "yours of now" in again.out
    assert len(kept(writer)) == 1


@pytest.mark.parametrize("days", [0, 6])
def test_too_few_reviews_change_nothing(
    used_place: Place, run: Callable[..., Result], days: int
) -> None:
    writer = study(used_place, days, recalled=0.5)
    done = run("fit")
    assert done.code == 0
    assert done.err == ""
    assert "nothing changed" in done.out
    assert "A fit needs 100 reviews" in done.out
    assert kept(writer) == []
    data = json.loads(run("fit", "--json").out)
    assert (data["result"], data["changed"]) == ("too few", False)


def test_who_recalls_as_expected_keeps_the_defaults(
    used_place: Place, run: Callable[..., Result]
) -> None:
    writer = study(used_place, 14, recalled=0.95)
    done = run("fit")
    assert done.code == 0
    assert "nothing changed" in done.out
    assert kept(writer) == []


def test_better_parameters_set_by_hand_stay(used_place: Place, run: Callable[..., Result]) -> None:
    writer = study(used_place, 60, recalled=0.5)
    fitted = json.loads(run("fit", "--dry-run", "--json").out)["parameters"]
    mine = format_setting("parameters", (fitted[0] + 0.0001, *fitted[1:]))
    assert run("config", "parameters", mine).code == 0
    done = run("fit")
    assert done.code == 0
    assert "set yourself" in done.out
    assert held(writer)[1] == mine


def test_undo_after_config_brings_back_the_fit(
    used_place: Place, run: Callable[..., Result]
) -> None:
    writer = study(used_place, 60, recalled=0.5)
    assert run("fit").code == 0
    fitted = held(writer)
    mine = format_setting("parameters", DEFAULT_PARAMETERS)
    assert run("config", "parameters", mine).code == 0
    assert run("fit", "--undo").code == 0
    assert held(writer) == fitted


def test_a_change_through_config_is_kept_once_it_gives_the_moment(used_place: Place) -> None:
    writer = study(used_place, 0, recalled=0.5)
    mine = format_setting("parameters", SETTINGS["parameters"].default)
    writer.set_setting("parameters", mine, NOW)
    assert kept(writer) == [(None, mine, False)]
    assert writer.undo_parameters(NOW) is None
    assert held(writer)[1] is None


def test_what_cannot_be_done_is_said(used_place: Place, run: Callable[..., Result]) -> None:
    assert used_place.open()
    nothing = run("fit", "--undo")
    assert nothing.code == 2
    assert "nothing to undo" in nothing.err
    both = run("fit", "--undo", "--dry-run")
    assert both.code == 2
    assert "do not go together" in both.err


def test_without_the_library_the_remedy_is_said(
    used_place: Place, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    study(used_place, 6, recalled=0.5)
    monkeypatch.setitem(sys.modules, "fsrs_rs_python", None)
    done = run("fit")
    assert done.code == 1
    assert done.out == ""
    assert "fsrs-rs-python" in done.err
    assert 'pip install "mlready-srs[fit]"' in done.err


def test_only_reviews_that_count_are_read(used_place: Place, run: Callable[..., Result]) -> None:
    writer = study(used_place, 4, recalled=0.5)
    before = read_histories(writer)
    assert sum(map(len, before)) == 4 * len(before) // 2
    (card,) = writer.rows("SELECT card_id FROM revlog ORDER BY review_id DESC LIMIT 1")
    with writer.engine.begin() as connection:
        connection.execute(tables.revlog.update().values(study_day=DAY).where(
            tables.revlog.c.card_id == card[0]
        ))  # fmt: skip
    assert run("undo").code == 0
    assert sum(map(len, read_histories(writer))) == sum(map(len, before)) - 1


def test_setting_what_holds_already_hides_no_change(
    used_place: Place, run: Callable[..., Result]
) -> None:
    writer = used_place.open().writer()
    mine = format_setting("parameters", (0.4, *DEFAULT_PARAMETERS[1:]))
    for _ in range(2):
        assert run("config", "parameters", mine).code == 0
    assert kept(writer) == [(None, mine, False)]
    assert run("fit", "--undo").code == 0
    assert held(writer)[1] is None


def test_a_setting_that_makes_no_sense_is_named(
    used_place: Place, run: Callable[..., Result]
) -> None:
    used_place.open().writer().set_setting("desired_retention", "0.5")
    done = run("fit")
    assert done.code == 3
    assert "a stored setting makes no sense: desired_retention is 0.5" in done.err
