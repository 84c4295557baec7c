"""What no package is made of, and how the author is told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exports.records import ExportDeck, ExportError, ExportSource
from tests.anki_fixtures import EARLIER, export, hole, make_deck, make_note, paragraph, text


def refusal(deck: ExportDeck, tmp_path: Path) -> str:
    with pytest.raises(ExportError) as error:
        export(deck, tmp_path / "deck.apkg")
    assert not (tmp_path / "deck.apkg").exists()
    assert not (tmp_path / "anki.lock").exists()
    return str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"phase": 4}, "phase must be within 1 and 3, not 4"),
        ({"phase": 0}, "phase must be within 1 and 3, not 0"),
        (
            {"changed_at": EARLIER * 1000},
            "time of change, in seconds, must be within 0 and 10000000000, not 1750000000000",
        ),
        ({"answer": text("a\x1fb")}, r"control character U+001F in 'a\x1fb'"),
        ({"answer": text("\xe9\x85")}, r"control character U+0085 in 'é\x85'"),
        ({"first_key": "a\x01b"}, r"control character U+0001 in 'a\x01b'"),
        ({"answer": text("a\ud800")}, r"control character U+D800 in 'a\ud800'"),
        (
            {"must_mention": (paragraph(["code", "\0"]),)},
            r"control character U+0000 in '\x00'",
        ),
        (
            {"source": ExportSource("\x07", "")},
            r"control character U+0007 in '\x07'",
        ),
        ({"is_cloze": True}, "a cloze without a hole has no card"),
        (
            {"prompt": paragraph(hole(1, [["text", "x"]]))},
            "a hole in the prompt, but it is no cloze",
        ),
        (
            {"answer": paragraph(["cloze_math", True, [hole(1, "x")]])},
            "a hole outside of the prompt",
        ),
        (
            {"prompt": paragraph(hole(0, [["text", "x"]])), "is_cloze": True},
            "holes are c1 to c499, not c0",
        ),
        (
            {"prompt": paragraph(hole(1, [hole(2, [])])), "is_cloze": True},
            "a hole inside a hole",
        ),
        (
            {"answer": paragraph(["image", "no.svg", ""])},
            "no such picture in the deck: 'no.svg'",
        ),
    ],
)
def test_wrong_notes_are_refused_by_name(
    changes: dict[str, Any], message: str, tmp_path: Path
) -> None:
    deck = make_deck(make_note("t/right"), make_note("t/wrong", **changes))
    assert refusal(deck, tmp_path) == f"t/wrong: {message}"


def test_keys_are_unique(tmp_path: Path) -> None:
    one = make_note("t/1", place="q/t.yaml:3")
    again = make_note("t/1", first_key="t/0", place="q/u.yaml:8")
    taken = make_note("t/2", first_key="t/1")
    problem = "q/u.yaml:8: t/1: two notes have this key; the other is at q/t.yaml:3"
    assert refusal(make_deck(one, again), tmp_path) == problem
    problem = "t/2: q/t.yaml:3: t/1 has its identity, t/1, too"
    assert refusal(make_deck(one, taken), tmp_path) == problem


def test_the_place_of_a_wrong_note_is_named(tmp_path: Path) -> None:
    deck = make_deck(make_note("t/wrong", phase=9, place="questions/t.yaml:12"))
    problem = "questions/t.yaml:12: t/wrong: phase must be within 1 and 3, not 9"
    assert refusal(deck, tmp_path) == problem


def test_the_order_names_each_note_once(tmp_path: Path) -> None:
    deck = make_deck(make_note("t/1"))
    missing = replace(deck, order=("t/0",))
    assert refusal(missing, tmp_path) == "t/1: t/1 has no place in the deck's order"
    twice = replace(deck, order=("t/1", "t/1"))
    assert refusal(twice, tmp_path) == "the deck: its order names a note twice"


def test_there_are_not_more_notes_than_positions(tmp_path: Path) -> None:
    deck = replace(make_deck(make_note()), order=tuple(map(str, range(1_000_000))))
    assert refusal(deck, tmp_path) == "the deck: 1000000 notes, but only 999999 positions"


def test_a_note_written_before_the_wrong_one_is_not_promised(tmp_path: Path) -> None:
    path = tmp_path / "deck.apkg"
    export(make_deck(make_note("t/1")), path)
    package, lock = path.read_bytes(), path.with_name("anki.lock").read_bytes()
    with pytest.raises(ExportError):
        export(make_deck(make_note("t/1"), make_note("t/2"), make_note("t/3", phase=9)), path)
    assert path.read_bytes() == package
    assert path.with_name("anki.lock").read_bytes() == lock
    assert {file.name for file in tmp_path.iterdir()} == {"deck.apkg", "anki.lock"}


def test_wrong_decks_are_refused(tmp_path: Path) -> None:
    deck = replace(make_deck(make_note()), title="a\x1fb")
    assert refusal(deck, tmp_path).startswith("the deck: control character U+001F")


def test_media_is_refused_by_name(tmp_path: Path) -> None:
    picture = tmp_path / "a.svg"
    deck = make_deck(make_note(), media={"a.svg": picture})
    assert refusal(deck, tmp_path).startswith("media: a.svg: the file is missing")
    picture.touch()
    twice = make_deck(make_note(), media={"a.svg": picture, "A.svg": picture})
    expected = "media: two files with one name: a.svg, A.svg; rename one of them"
    assert refusal(twice, tmp_path) == expected
    for name in ("sub/a.svg", "_a.svg", "a%20b.svg"):
        strange = make_deck(make_note(), media={name: picture})
        expected = f"media: {name!r} is not a file name that Anki keeps"
        assert refusal(strange, tmp_path) == expected
