"""Packages, judged by the real Anki: what arrives, in what order, and what survives."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.anki import notetypes
from exports.html import render
from exports.records import ExportDeck, ExportSource
from tests.anki_fixtures import (
    LATER,
    answer_one,
    col,
    counts,
    export,
    hole,
    make_cloze,
    make_deck,
    make_note,
    note_of,
    paragraph,
    put,
    queue,
    rows,
    shown,
    text,
)

__all__ = ["col"]


# What arrives


def topic(identity: str, title: str) -> str:
    query = f"tag%3Amlready%3A%3Atopic%3A%3A{identity}"
    return (
        f'<li><a class="topic" href="anki://x-callback-url/search?query={query}">{title}</a>'
        f'<a class="android-topic" href="anki://x-callback-url/browser?search={query}"></a>'
        f" <small>tag:mlready::topic::{identity}</small></li>"
    )


def test_everything_about_a_note_arrives(col: Any) -> None:
    source = ExportSource("Horn & Johnson", "§5.1", "https://x.org/?a=1&b=2")
    note = make_note(
        answer=paragraph(["text", 'a < b & "c"'], ["math", "i<n"]),
        must_mention=(text("one"), paragraph(["math", "x"])),
        source=source,
        prerequisites=(("vectors", "Vectors"), ("reals", "The <reals>")),
        phase=2,
    )
    assert put(col, make_deck(note)) == counts(new=1)
    arrived = note_of(col, note.key)
    assert {name: field for name, field in arrived.items() if field} == {
        "Key": "norms/triangle",
        "Question": "<p>What about norms/triangle?</p>",
        "Answer": r'<p>a &lt; b &amp; "c"\(i&lt;n\)</p>',
        "Must mention": r"<ul><li>one</li><li>\(x\)</li></ul>",
        "Kind": "failure mode",
        "Level": "breadth",
        "Phase": "2 Core",
        "Topic": "Norms",
        "Source": '<a href="https://x.org/?a=1&amp;b=2">Horn &amp; Johnson</a>, §5.1',
        "Rests on": f"<ul>{topic('vectors', 'Vectors')}{topic('reals', 'The &lt;reals&gt;')}</ul>",
        "Identity": arrived.guid,
    }
    assert arrived.tags == [
        "mlready::kind::failure-mode",
        "mlready::level::breadth",
        "mlready::phase::2-core",
        "mlready::prereq::reals",
        "mlready::prereq::vectors",
        "mlready::topic::norms",
    ]
    (card,) = arrived.cards()
    front, back = shown(card.question()), shown(card.answer())
    assert "Norms" in front
    assert "failure mode" in front
    assert "What about norms/triangle?" in front
    for part in (front.strip(), "Must mention", "Rests on", "Vectors", "§5.1"):
        assert part in back


def test_import_is_clean(col: Any) -> None:
    notes = [make_note(f"t/{n}", phase=1 + n % 3) for n in range(30)]
    clozes = [
        make_cloze(f"c/{n}", hole(1, [["text", "a"]]), hole(2, [["text", "b"]])) for n in range(5)
    ]
    assert put(col, make_deck(*notes, *clozes)) == counts(new=35)
    assert col.card_count() == 40
    before = {table: rows(col, table) for table in ("cards", "notes")}
    assert col.fix_integrity()[1]
    assert {table: rows(col, table) for table in before} == before


def test_nothing_to_show_leaves_no_label(col: Any) -> None:
    put(col, make_deck(make_note()))
    (card,) = note_of(col, "norms/triangle").cards()
    assert "label" not in card.answer().rpartition("</style>")[2]


def test_media_arrives(col: Any, tmp_path: Path) -> None:
    media = {name: tmp_path / f"of-{name}" for name in ("b.svg", "a 1.svg", "not.svg")}
    for name, path in media.items():
        path.write_text(f"<svg>{name}</svg>")
    answer = paragraph(["image", "b.svg", "B"], ["image", "a 1.svg", "A"])
    deck = make_deck(make_note(answer=answer), media=media)
    put(col, deck)
    arrived = {path.name: path.read_text() for path in Path(col.media.dir()).iterdir()}
    assert arrived == {name: f"<svg>{name}</svg>" for name in ("b.svg", "a 1.svg")}
    assert not col.media.check().missing
    assert export(deck, tmp_path / "again.apkg").report.media == 2


# Holes


def test_braces_and_colons_inside_holes(col: Any) -> None:
    fraction = hole(1, r"\frac{a}{b^{2}}")
    note = make_cloze(
        "c/1",
        ["cloze_math", False, [r"\frac{", fraction, r"}{c}, i<n, ", hole(2, "x^{y}")]],
        hole(3, [["text", "std::vector"]], hint="a::b"),
        ["text", r" {{c4::no}} }} \(x\) [sound:a.mp3] [latex]x[/latex]"],
        ["code", r"{{c5::no}} \(x\) i<n"],
    )
    put(col, make_deck(note))
    first, second, third = note_of(col, "c/1").cards()
    rest = r" {{c4::no}} }} \(x\) [sound:a.mp3] [latex]x[/latex]{{c5::no}} \(x\) i<n"
    formula = r"\(\frac{\frac{a}{b^{2} } }{c}, i<n, x^{y} \)"
    assert shown(first.question()).endswith(r"\(\frac{[...]}{c}, i<n, x^{y} \)std::vector" + rest)
    assert rf"{formula}std::vector{rest}" in shown(first.answer())
    assert rf"{formula}std::vector{rest}" in shown(second.answer())
    assert shown(third.question()).endswith(rf"{formula}[a::b]{rest}")
    for card in (first, second, third):
        assert not card.question_av_tags()
        assert not card.answer_av_tags()


@pytest.fixture(scope="module")
def cloze_type(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("anki")
    collection = Collection(str(folder / "collection.anki2"))
    put(collection, make_deck(make_cloze("c/1", hole(1, [["text", "x"]]))))
    yield collection, collection.models.by_name(notetypes.CLOZE.name)
    collection.close()


patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
markers = st.sampled_from(["{{c2::", "{{", "}}", "}", "::", ":", "{", "<", r"\(", "["])
plain = st.text(st.characters(exclude_categories=["C", "Z"]))
content = st.lists(plain | markers, min_size=1).map("".join).filter(bool)


def back(cloze_type: Any, inline: Any) -> str:
    collection, kind = cloze_type
    note = collection.new_note(kind)
    note.fields[1] = render([inline])
    assert note.cloze_numbers_in_fields() == [1]
    page = note.ephemeral_card(0).answer().rpartition("</style>")[2]
    (question,) = re.findall('<div class="question">(.*?)</div>', page, re.DOTALL)
    return shown(question)


@patient
@given(content, plain)
def test_any_text_survives_in_a_hole(cloze_type: Any, words: str, hint: str) -> None:
    assert back(cloze_type, hole(1, [["text", words]], hint)) == words


@patient
@given(content, plain)
def test_any_formula_survives_in_a_hole(cloze_type: Any, tex: str, hint: str) -> None:
    seen = back(cloze_type, ["cloze_math", True, ["a", hole(1, tex, hint), "b"]])
    # Braces are spaced, which TeX does not see.
    assert seen.replace(" ", "") == rf"\[a{tex}b\]"


# Order


def test_phases_are_in_order_beyond_nine(col: Any) -> None:
    phases = tuple(f"{letter}::phase" for letter in "LKJIHGFEDCBA")
    notes = [make_note(f"t/{n}", phase=n) for n in range(1, 13)]
    put(col, replace(make_deck(*notes), phases=phases, title="A: B"))
    names = [deck.name for deck in col.decks.all_names_and_ids()]
    expected = [f"A: B::{n:02d} {x} - phase" for n, x in enumerate("LKJIHGFEDCBA", 1)]
    assert names == ["A: B", *expected, "Default"]
    assert "<p>How &amp; why</p>" in col.decks.by_name("A: B")["desc"]


def unlimited(col: Any) -> None:
    config = col.decks.config_dict_for_deck_id(1)
    config["new"]["perDay"] = 999
    col.decks.update_config(config)


def test_new_cards_come_in_the_order_of_the_deck(col: Any) -> None:
    notes = [make_note(f"t/{37 * n % 60:02d}", phase=1 + n // 20) for n in range(60)]
    put(col, make_deck(*notes))
    unlimited(col)
    assert queue(col) == [note.key for note in notes]


def test_a_note_inserted_between_two_takes_its_place(col: Any) -> None:
    first, last = make_note("t/1"), make_note("t/3")
    put(col, make_deck(first, last))
    assert put(col, make_deck(first, make_note("t/2"), last)) == counts(new=1, duplicate=2)
    assert queue(col) == ["t/1", "t/2", "t/3"]


def test_a_part_of_the_deck_keeps_the_order_of_the_whole(col: Any) -> None:
    notes = [make_note(f"t/{n}") for n in range(9)]
    deck = make_deck(*notes)
    put(col, replace(deck, notes=notes[6:]))
    put(col, replace(deck, notes=notes[:3]))
    assert queue(col) == ["t/0", "t/1", "t/2", "t/6", "t/7", "t/8"]
    assert put(col, deck) == counts(new=3, duplicate=6)
    assert queue(col) == [note.key for note in notes]


# What survives


def test_same_deck_again_changes_nothing(col: Any) -> None:
    deck = make_deck(make_note("t/1"), make_cloze("c/1", hole(1, [["text", "x"]])))
    put(col, deck)
    edited = note_of(col, "t/1")
    edited["Answer"] = "my own answer"
    edited.tags.append("my::tag")
    col.update_note(edited)
    before = {table: rows(col, table) for table in ("cards", "notes")}
    assert put(col, deck) == counts(duplicate=2)
    assert {table: rows(col, table) for table in before} == before


def test_edited_note_is_updated_and_keeps_its_reviews(col: Any) -> None:
    notes = [make_note(f"t/{n}") for n in range(3)]
    put(col, make_deck(*notes))
    assert answer_one(col) == "t/0"
    before = {table: rows(col, table) for table in ("cards", "revlog")}
    assert len(before["revlog"]) == 1
    edited = replace(notes[0], answer=text("Better."), changed_at=LATER)
    assert put(col, make_deck(edited, *notes[1:])) == counts(updated=1, duplicate=2)
    assert note_of(col, "t/0")["Answer"] == "<p>Better.</p>"
    assert {table: rows(col, table) for table in before} == before


def test_renamed_note_keeps_its_reviews(col: Any) -> None:
    put(col, make_deck(make_note("old/1")))
    answer_one(col)
    before = {table: rows(col, table) for table in ("cards", "revlog")}
    renamed = make_note("new/2", first_key="old/1", changed_at=LATER)
    assert put(col, make_deck(renamed)) == counts(updated=1)
    assert note_of(col, "new/2")["Topic"] == "Norms"
    assert {table: rows(col, table) for table in before} == before


def test_two_decks_may_use_the_same_keys(col: Any) -> None:
    deck = make_deck(make_note())
    put(col, deck)
    assert put(col, replace(deck, id="other", title="Other")) == counts(new=1)


def test_hole_added_later_is_a_new_card(col: Any) -> None:
    put(col, make_deck(make_cloze("c/1", hole(1, [["text", "a"]]))))
    before = rows(col, "cards")
    more = hole(1, [["text", "a"]]), hole(2, [["text", "b"]])
    put(col, make_deck(make_cloze("c/1", *more, changed_at=LATER)))
    assert rows(col, "cards")[:1] == before
    assert col.card_count() == 2


def test_a_text_edit_leaves_everything_about_the_cards(col: Any) -> None:
    """Flags, suspension, memory: with FSRS on, after reviews on two days."""
    col.set_config("fsrs", True)
    notes = [make_note(f"t/{n}") for n in range(4)]
    put(col, make_deck(*notes))
    for _ in range(3):
        answer_one(col)
    cards = col.find_cards("")
    col.set_user_flag_for_cards(4, cards[:2])
    col.sched.suspend_cards(cards[1:2])
    col.sched.set_due_date(cards[2:3], "5")
    before = {table: rows(col, table) for table in ("cards", "revlog")}
    assert any('"s":' in str(row) for row in before["cards"])
    edited = [replace(note, answer=text("Better."), changed_at=LATER) for note in notes]
    assert put(col, make_deck(*edited)) == counts(updated=4)
    assert {table: rows(col, table) for table in before} == before


def test_the_learners_style_survives_new_texts(col: Any) -> None:
    note = make_note()
    put(col, make_deck(note))
    kind = col.models.by_name("mlready question")
    kind["css"] += ".card { font-size: 30px }"
    col.models.update_dict(kind)
    own = col.models.by_name("mlready question")["css"]
    put(col, make_deck(replace(note, answer=text("Better."), changed_at=LATER)))
    assert col.models.by_name("mlready question")["css"] == own
    assert note_of(col, note.key)["Answer"] == "<p>Better.</p>"


def test_my_notes_are_on_the_back_once_there_are_any(col: Any) -> None:
    put(col, make_deck(make_note(), make_cloze("c/1", hole(1, [["text", "x"]]))))
    for key in ("norms/triangle", "c/1"):
        note = note_of(col, key)
        (card,) = note.cards()
        assert "My notes" not in shown(card.answer())
        note["My notes"] = "a mnemonic"
        col.update_note(note)
        assert "a mnemonic" in shown(col.get_card(card.id).answer())
        assert "a mnemonic" not in shown(col.get_card(card.id).question())


# What is no more


def retire(deck: ExportDeck, *keys: str) -> ExportDeck:
    """Return `deck` without some notes, whose last text it remembers."""
    kept = [note for note in deck.notes if note.key not in keys]
    gone = {note.first_key: note for note in deck.notes if note.key in keys}
    late = {key: replace(note, changed_at=LATER) for key, note in gone.items()}
    return replace(make_deck(*kept), retired=late)


def test_a_retired_note_is_tagged_and_a_revived_one_is_not(col: Any) -> None:
    deck = make_deck(
        make_note("t/1"), make_cloze("c/1", hole(1, [["text", "x"]])), make_note("t/2")
    )
    put(col, deck)
    answer_one(col)
    before = {table: rows(col, table) for table in ("cards", "revlog")}
    without = retire(deck, "t/1", "c/1")
    assert put(col, without) == counts(updated=2, duplicate=1)
    assert len(col.find_notes("tag:mlready::retired")) == 2
    assert note_of(col, "t/1")["Question"] == "<p>What about t/1?</p>"
    assert "mlready::topic::t" in note_of(col, "t/1").tags
    # The lock knows their text from now on.
    assert put(col, replace(without, retired={})) == counts(duplicate=3)
    assert {table: rows(col, table) for table in before} == before
    assert put(col, deck, LATER + 5) == counts(updated=2, duplicate=1)
    assert not col.find_notes("tag:mlready::retired")
    assert {table: rows(col, table) for table in before} == before
    assert col.fix_integrity()[1]


def test_retired_notes_come_last_for_those_who_never_had_them(col: Any, tmp_path: Path) -> None:
    deck = make_deck(*(make_note(f"t/{n}", phase=1 + n % 3) for n in range(6)))
    export(deck, tmp_path / "deck.apkg")
    put(col, retire(deck, "t/0", "t/2"))
    names = [entry.name for entry in col.decks.all_names_and_ids() if "::" in entry.name]
    assert names[-1] == "Ready::Retired"
    assert set(queue(col)[-2:]) == {"t/0", "t/2"}
    assert len(col.find_cards("deck:Ready::Retired")) == 2


def test_a_part_of_the_deck_retires_nothing(col: Any) -> None:
    deck = make_deck(*(make_note(f"t/{n}") for n in range(3)))
    put(col, deck)
    without = retire(deck, "t/1")
    assert put(col, replace(without, notes=list(without.notes)[:1])) == counts(duplicate=1)
    assert not col.find_notes("tag:mlready::retired")
    assert put(col, without) == counts(updated=1, duplicate=2)


def test_the_style_fetches_nothing() -> None:
    style = notetypes.read_style()
    for remote in ("url(", "@import", "http", "//"):
        assert remote not in style
