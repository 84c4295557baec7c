"""Packages, judged by the real Anki: what arrives, in what order, and what survives."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from anki.collection import (
    Collection,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.anki import notetypes
from exports.anki.identity import note_ids
from exports.anki.package import write_package
from exports.html import render
from exports.records import ExportDeck, ExportError, ExportNote, ExportSource

EARLIER, LATER = 1_750_000_000, 1_755_000_000
PHASES = ("Foundations", "Core", "Advanced")
LOG = ("new", "updated", "duplicate", "conflicting", "missing_notetype")


def paragraph(*inlines: Any) -> list[Any]:
    return [["paragraph", list(inlines)]]


def text(words: str) -> list[Any]:
    return paragraph(["text", words])


def hole(number: int, content: Any, hint: str = "") -> list[Any]:
    return ["cloze", number, hint, content]


def make_note(key: str = "norms/triangle", **changes: Any) -> ExportNote:
    note = ExportNote(
        key=key,
        kind="failure-mode",
        level="breadth",
        phase=1,
        topic=key.partition("/")[0],
        topic_title="Norms",
        prompt=text(f"What about {key}?"),
        answer=text("This."),
        is_cloze=False,
        must_mention=(),
        source=None,
        prerequisites=(),
        position=0,
        modified=EARLIER,
    )
    return replace(note, **changes)


def make_cloze(key: str, *inlines: Any, **changes: Any) -> ExportNote:
    prompt = paragraph(*inlines)
    return make_note(key, prompt=prompt, answer=[], is_cloze=True, **changes)


def make_deck(*notes: ExportNote, media: Mapping[str, Path] | None = None) -> Any:
    return ExportDeck("ready", "Ready", "How & why", PHASES, notes, media or {})


@pytest.fixture
def col(tmp_path: Path) -> Iterator[Any]:
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def put(col: Any, deck: ExportDeck) -> SimpleNamespace:
    """Import `deck` as a learner would; return how many notes went where."""
    path = Path(col.path).with_name("deck.apkg")
    write_package(deck, path)
    options = ImportAnkiPackageOptions()
    request = ImportAnkiPackageRequest(package_path=str(path), options=options)
    log = col.import_anki_package(request).log
    col.models._clear_cache()
    return SimpleNamespace(**{name: len(getattr(log, name)) for name in LOG})


def counts(**some: int) -> SimpleNamespace:
    return SimpleNamespace(**(dict.fromkeys(LOG, 0) | some))


def note_of(col: Any, key: str) -> Any:
    (found,) = (note for note in map(col.get_note, col.find_notes("")) if note["Key"] == key)
    return found


def shown(html: str) -> str:
    """Return what a browser hands to MathJax and the reader."""
    body = html.rpartition("</style>")[2]
    return unescape(re.sub(r"<[^>]*>", "", body))


def rows(col: Any, table: str) -> Any:
    return col.db.all(f"select * from {table} order by id")  # noqa: S608


# What arrives


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
        "Rests on": "<ul><li>Vectors</li><li>The &lt;reals&gt;</li></ul>",
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
    notes = [make_note(f"t/{n}", position=n, phase=1 + n % 3) for n in range(30)]
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
    assert write_package(deck, tmp_path / "again.apkg").media == 2


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
    assert col.decks.by_name("A: B")["desc"] == "How &amp; why"


def test_new_cards_come_in_the_order_of_positions(col: Any) -> None:
    notes = [make_note(f"t/{n:02d}", position=1000 * n, phase=1 + n // 20) for n in range(60)]
    # 37 and 60 have no common divisor: every note once, in another order.
    put(col, make_deck(*(notes[37 * n % 60] for n in range(60))))
    unlimited = col.decks.config_dict_for_deck_id(1)
    unlimited["new"]["perDay"] = 999
    col.decks.update_config(unlimited)
    col.decks.set_current(col.decks.id_for_name("Ready"))
    queue = col.sched.get_queued_cards(fetch_limit=999).cards
    order = [col.get_card(entry.card.id).note()["Key"] for entry in queue]
    assert order == [note.key for note in notes]


def test_a_note_inserted_between_two_takes_its_place(col: Any) -> None:
    first, last = make_note("t/1", position=1000), make_note("t/3", position=2000)
    put(col, make_deck(first, last))
    put(col, make_deck(first, make_note("t/2", position=1500), last))
    col.decks.set_current(col.decks.id_for_name("Ready"))
    queue = col.sched.get_queued_cards(fetch_limit=9).cards
    order = [col.get_card(entry.card.id).note()["Key"] for entry in queue]
    assert order == ["t/1", "t/2", "t/3"]


# What survives


def answer_one(col: Any) -> str:
    """Answer one card Good; return the key of its note."""
    col.decks.set_current(col.decks.id_for_name("Ready"))
    card = col.sched.getCard()
    col.sched.answerCard(card, 3)
    key: str = card.note()["Key"]
    return key


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
    notes = [make_note(f"t/{n}", position=n) for n in range(3)]
    put(col, make_deck(*notes))
    assert answer_one(col) == "t/0"
    before = {table: rows(col, table) for table in ("cards", "revlog")}
    assert len(before["revlog"]) == 1
    edited = replace(notes[0], answer=text("Better."), modified=LATER, position=5)
    assert put(col, make_deck(edited, *notes[1:])) == counts(updated=1, duplicate=2)
    assert note_of(col, "t/0")["Answer"] == "<p>Better.</p>"
    assert {table: rows(col, table) for table in before} == before


def test_renamed_note_keeps_its_reviews(col: Any) -> None:
    put(col, make_deck(make_note("old/1")))
    answer_one(col)
    before = {table: rows(col, table) for table in ("cards", "revlog")}
    renamed = make_note("new/2", first_key="old/1", modified=LATER)
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
    put(col, make_deck(make_cloze("c/1", *more, modified=LATER)))
    assert rows(col, "cards")[:1] == before
    assert col.card_count() == 2


def test_fields_can_be_renamed_and_spare_ones_used(
    col: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ids in the note types are what makes a later version acceptable to Anki."""
    put(col, make_deck(make_note()))
    answer_one(col)
    before = {table: rows(col, table) for table in ("cards", "revlog")}
    schema = col.db.scalar("select scm from col")
    kind = notetypes.QUESTION
    fields = {"Level": "Depth", "Spare 1": "Why"}
    later = replace(
        kind,
        fields=tuple((n, fields.get(name, name)) for n, name in kind.fields),
        front=kind.front.replace("{{Level}}", "{{Depth}}"),
    )
    monkeypatch.setattr("exports.anki.database.QUESTION", later)
    monkeypatch.setattr("exports.anki.database.CHANGED", notetypes.CHANGED + 1)
    assert put(col, make_deck(make_note(modified=LATER))) == counts(updated=1)
    assert {table: rows(col, table) for table in before} == before
    assert col.db.scalar("select scm from col") == schema
    assert {"Depth", "Why"} <= set(note_of(col, "norms/triangle").keys())


# The file


def test_same_deck_gives_the_same_bytes(tmp_path: Path) -> None:
    picture = tmp_path / "a.svg"
    picture.write_text("<svg/>")
    shows = make_note("t/1", answer=paragraph(["image", "a.svg", ""]), position=1)
    notes = [shows, make_note("t/2"), make_cloze("c/1", hole(1, [["text", "x"]]))]
    paths = [tmp_path / "1.apkg", tmp_path / "2.apkg"]
    for path, order in zip(paths, (notes, notes[::-1]), strict=True):
        write_package(make_deck(*order, media={"a.svg": picture}), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, elsewhere = tmp_path / "out", tmp_path / "tmp"
    folder.mkdir()
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    write_package(make_deck(make_note()), folder / "deck.apkg")
    # A folder in the way makes the last step fail.
    (folder / "taken.apkg").mkdir()
    with pytest.raises(OSError, match=r"taken\.apkg"):
        write_package(make_deck(make_note()), folder / "taken.apkg")
    assert {path.name for path in folder.iterdir()} == {"deck.apkg", "taken.apkg"}
    assert not list(elsewhere.iterdir())


def test_failed_export_leaves_the_last_package(tmp_path: Path) -> None:
    path = tmp_path / "deck.apkg"
    write_package(make_deck(make_note()), path)
    before = path.read_bytes()
    with pytest.raises(ExportError):
        write_package(make_deck(make_note(position=-1)), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_report_counts_what_was_written(tmp_path: Path) -> None:
    cloze = make_cloze("c/1", hole(1, [["text", "a"]]), hole(4, [["text", "b"]]))
    report = write_package(make_deck(make_note(), cloze), tmp_path / "deck.apkg")
    assert (report.notes, report.cards, report.media) == (2, 3, 0)


def test_ids_that_fall_on_one_another_are_parted() -> None:
    same = [f"{5:032x}", f"{5 + 10**8:032x}", f"{6:032x}"]
    ids = list(note_ids(same))
    assert len(set(ids)) == 3
    # Between two notes there is room for the cards of a note.
    assert all(number % 1000 == 0 for number in ids)


def test_note_types_change_only_with_their_time() -> None:
    """Anki ignores a change of these unless `CHANGED` was raised with it."""
    said = (notetypes.QUESTION, notetypes.CLOZE, notetypes.read_style())
    digest = blake2b(repr(said).encode(), digest_size=8).hexdigest()
    assert (notetypes.CHANGED, digest) == (1_760_000_000, "44602d9eddb3fcc2")


# What is refused


def refusal(deck: ExportDeck, tmp_path: Path) -> str:
    with pytest.raises(ExportError) as error:
        write_package(deck, tmp_path / "deck.apkg")
    assert not (tmp_path / "deck.apkg").exists()
    return str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"position": 1_000_000}, "position must be within 0 and 999999, not 1000000"),
        ({"position": -1}, "position must be within 0 and 999999, not -1"),
        ({"phase": 4}, "phase must be within 1 and 3, not 4"),
        ({"phase": 0}, "phase must be within 1 and 3, not 0"),
        (
            {"modified": EARLIER * 1000},
            "time of change, in seconds, must be within 0 and 10000000000, not 1750000000000",
        ),
        ({"answer": text("a\x1fb")}, r"control character U+001F in 'a\x1fb'"),
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
    one, two = make_note("t/1"), make_note("t/2", first_key="t/1")
    assert refusal(make_deck(one, one), tmp_path) == "t/1: two notes have this key"
    again = "t/2: t/1 has its identity, t/1, too"
    assert refusal(make_deck(one, two), tmp_path) == again


def test_wrong_decks_are_refused(tmp_path: Path) -> None:
    deck = replace(make_deck(make_note()), title="a\x1fb")
    assert refusal(deck, tmp_path).startswith("the deck: control character U+001F")


def test_media_is_refused_by_name(tmp_path: Path) -> None:
    picture = tmp_path / "a.svg"
    deck = make_deck(make_note(), media={"a.svg": picture})
    assert refusal(deck, tmp_path).startswith("media: a.svg: the file is missing")
    picture.touch()
    twice = make_deck(make_note(), media={"a.svg": picture, "A.svg": picture})
    assert refusal(twice, tmp_path) == "media: two files with one name: a.svg, A.svg"
    for name in ("sub/a.svg", "_a.svg", "a%20b.svg"):
        strange = make_deck(make_note(), media={name: picture})
        expected = f"media: {name!r} is not a file name that Anki keeps"
        assert refusal(strange, tmp_path) == expected
