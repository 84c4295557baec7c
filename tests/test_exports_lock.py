"""The lock file: what is written is read back, merges resolve themselves, damage is refused."""

import json
import os
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.anki.lock import (
    LARGEST_LINE,
    LARGEST_LOCK,
    LastText,
    Lock,
    LockedNote,
    LockError,
    format_lock,
    parse_lock,
    read_lock,
    write_lock,
)

HEADER = "mlready anki.lock 1\n"
DIGEST = "0123456789abcdef"
NOTE = LockedNote("topic/question", 2, 1_000, (), 1_700_000_000, DIGEST)
RETIRED = NOTE._replace(
    key="topic/new",
    holes=(1, 3),
    retired=LastText({"Text": "<b>é</b>\n\tx"}, ("a::b", "c"), (1, 3)),
)

# Anything that is no control character; in texts, lines and tabs as well.
_printable = st.characters(exclude_categories=("Cs", "Cc"))
_texts = st.text(st.one_of(_printable, st.sampled_from("\n\t")), max_size=20)
_holes = st.lists(st.integers(1, 499), max_size=3).map(tuple)
_tags = st.lists(
    st.text(_printable, min_size=1, max_size=9).filter(lambda tag: tag.split() == [tag])
).map(tuple)
_keys = st.text(_printable, min_size=1, max_size=12)
_notes = st.builds(
    LockedNote,
    key=_keys,
    phase=st.integers(1, 99),
    position=st.integers(1, 999_999),
    holes=_holes,
    changed_at=st.integers(0, 9_999_999_999),
    digest=st.text("0123456789abcdef", min_size=8, max_size=32),
    retired=st.none() | st.builds(LastText, st.dictionaries(_texts, _texts), _tags, _holes),
)
_decks = st.dictionaries(
    st.integers(1, 99), st.frozensets(_keys, min_size=1, max_size=2), max_size=3
)
_locks = st.builds(Lock, st.dictionaries(_keys, _notes, max_size=6), _decks)


def line(first_key: str, note: LockedNote) -> str:
    return format_lock(Lock({first_key: note})).splitlines()[-1]


def lines_of(lock: Lock) -> list[str]:
    return format_lock(lock).split("\n")[2:-1]


def altered(**changes: object) -> str:
    """A line that is right, but for the changes; an ellipsis takes a name away."""
    record = json.loads(line("topic/question", NOTE)) | changes
    return json.dumps({name: value for name, value in record.items() if value is not ...})


@given(_locks)
def test_what_is_written_is_read_back(lock: Lock) -> None:
    assert parse_lock(format_lock(lock)) == lock


@given(_locks)
def test_equal_locks_have_one_text(lock: Lock) -> None:
    notes, decks = reversed(list(lock.notes.items())), reversed(list(lock.decks.items()))
    backwards = Lock(dict(notes), dict(decks))
    assert format_lock(backwards) == format_lock(lock)


def test_the_text_is_sorted_and_says_one_thing_a_line() -> None:
    decks = {2: frozenset({"Deck::2 B"}), 1: frozenset({"Deck::1 é", "Deck::1 A"})}
    lock = Lock({"topic/question": NOTE, "topic/old": RETIRED}, decks)
    assert format_lock(lock) == (
        "mlready anki.lock 1\n"
        "# Keep this file with the deck, in git; docs/anki.md explains it.\n"
        '{"phase":1,"deck":"Deck::1 A"}\n'
        '{"phase":1,"deck":"Deck::1 é"}\n'
        '{"phase":2,"deck":"Deck::2 B"}\n'
        '{"note":"topic/old","key":"topic/new","phase":2,"position":1000,"holes":[1,3],'
        '"changed":"2023-11-14T22:13:20Z","digest":"0123456789abcdef",'
        '"retired":{"fields":{"Text":"<b>é</b>\\n\\tx"},"tags":["a::b","c"],"holes":[1,3]}}\n'
        '{"note":"topic/question","phase":2,"position":1000,'
        '"changed":"2023-11-14T22:13:20Z","digest":"0123456789abcdef"}\n'
    )


def test_nothing_is_an_empty_lock() -> None:
    assert parse_lock("") == Lock() == parse_lock(format_lock(Lock()))


def test_line_ends_of_windows_are_read() -> None:
    lock = Lock({"topic/question": NOTE, "topic/old": RETIRED})
    assert parse_lock(format_lock(lock).replace("\n", "\r\n")) == lock


@given(_locks, _locks, st.randoms(use_true_random=False))
def test_merged_lines_say_the_same_in_any_order(ours: Lock, theirs: Lock, random: Random) -> None:
    lines = lines_of(ours) + lines_of(theirs)
    merged = parse_lock("\n".join([HEADER, *lines]))
    random.shuffle(lines)
    assert parse_lock("\n".join([HEADER, *lines, HEADER])) == merged
    for key, note in merged.notes.items():
        sides = [lock.notes[key] for lock in (ours, theirs) if key in lock.notes]
        assert note[4:6] == max(side[4:6] for side in sides)
        texts = [side.retired for side in sides if side.retired]
        assert note.retired in texts if texts else note.retired is None
        assert note._replace(retired=None) in [side._replace(retired=None) for side in sides]
    for phase, names in merged.decks.items():
        assert names == ours.decks.get(phase, set()) | theirs.decks.get(phase, set())


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (NOTE._replace(digest="f" * 8), NOTE._replace(changed_at=NOTE.changed_at + 1)),
        (NOTE, NOTE._replace(digest=f"{DIGEST}0")),
        (NOTE, NOTE._replace(position=NOTE.position + 1)),
    ],
)
def test_of_two_lines_for_a_note_the_later_change_counts(
    earlier: LockedNote, later: LockedNote
) -> None:
    both = [line("topic/question", earlier), line("topic/question", later)]
    for lines in (both, both[::-1]):
        assert parse_lock(HEADER + "\n".join(lines)).notes["topic/question"] == later


def test_a_last_text_is_kept_for_a_note_that_the_other_side_changed_later() -> None:
    """If the merged deck has the note no more, every machine must know its text."""
    older = RETIRED._replace(changed_at=1, retired=LastText({"Text": "older"}, ()))
    edited = NOTE._replace(changed_at=NOTE.changed_at + 1)
    lines = [line("topic/question", note) for note in (older, RETIRED, edited)]
    for ordered in permutations(lines):
        found = parse_lock(HEADER + "\n".join(ordered)).notes["topic/question"]
        assert found == edited._replace(retired=RETIRED.retired)


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs", "||||||| base"])
def test_an_unresolved_merge_is_refused_with_what_to_do(marker: str) -> None:
    text = f"{HEADER}{line('a/b', NOTE)}\n{marker}\n"
    with pytest.raises(LockError, match=r"anki\.lock:3: a conflict of a merge") as caught:
        parse_lock(text)
    assert caught.value.line == 3
    assert "keep the notes of both sides" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (line("a/b", NOTE), "anki.lock:1: the line `mlready anki.lock 1` is missing before it"),
        ("mlready anki.lock 2\n", "anki.lock:1: version 2 of the lock file"),
        (f"{HEADER}hello", "anki.lock:2: neither a note nor the header"),
        ("PK\x03\x04", "anki.lock:1: a control character"),
        (f"{HEADER}# \0", "anki.lock:2: a control character"),
        (f"{HEADER}{altered()[:-1]}", "anki.lock:2: not the JSON of a note"),
        (HEADER + '{"a":' * 100_000, "anki.lock:2: not the JSON of a note"),
        (HEADER + '{"a":' + "9" * 5_000 + "}", "anki.lock:2: not the JSON of a note"),
        (HEADER + "{" + " " * LARGEST_LINE, "anki.lock:2: the line is longer than 1,048,576"),
        (" " * (LARGEST_LOCK + 1), "anki.lock: the file is larger than 67,108,864"),
    ],
    ids=lambda value: value[:40] if value.startswith("anki") else "",
)
def test_what_is_no_lock_file_is_refused(text: str, problem: str) -> None:
    with pytest.raises(LockError) as caught:
        parse_lock(text)
    assert str(caught.value).startswith(problem)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"digest": ...}, "'digest' is missing"),
        ({"colour": "red"}, "'colour' is not known"),
        ({"note": ""}, "'' is not the key of a note"),
        ({"note": 7}, "7 is not the key of a note"),
        ({"note": "a\0b"}, "'a\\x00b' is not the key of a note"),
        ({"key": "a\u0085b"}, "'a\\x85b' is not the key of a note"),
        ({"key": "\ud800"}, "'\\ud800' is not the key of a note"),
        ({"phase": 0}, "phase must be a number from 1 to 999, not 0"),
        ({"phase": True}, "phase must be a number from 1 to 999, not True"),
        ({"position": 0}, "position must be a number from 1 to 999999, not 0"),
        ({"position": 1_000_000}, "position must be a number from 1 to 999999, not 1000000"),
        ({"position": 1.0}, "position must be a number from 1 to 999999, not a float"),
        ({"position": [1]}, "position must be a number from 1 to 999999, not a list"),
        ({"phase": "x" * 99}, f"phase must be a number from 1 to 999, not '{'x' * 38}…"),
        ({"holes": 1}, "holes must be numbers from 1 to 499"),
        ({"holes": [500]}, "holes must be numbers from 1 to 499"),
        ({"deck": "Deck"}, "'changed' is not known"),
        ({"changed": 1_700_000_000}, "changed must be a time in UTC, not 1700000000"),
        ({"changed": "2023-11-14"}, "changed must be a time in UTC, not '2023-11-14'"),
        ({"changed": "2023-02-30T00:00:00Z"}, "there is no such time as 2023-02-30T00:00:00Z"),
        ({"changed": "1969-12-31T23:59:59Z"}, "changed must be from 1970 to 2286"),
        ({"changed": "2286-11-20T17:46:40Z"}, "changed must be from 1970 to 2286"),
        ({"digest": "ABCDEF01"}, "digest must be hexadecimal, not 'ABCDEF01'"),
        ({"retired": None}, "not the JSON of a note"),
        ({"retired": {"fields": {}, "tags": []}}, "'holes' is missing"),
        ({"retired": {"fields": {"A": 1}, "tags": [], "holes": []}}, "fields of the retired"),
        ({"retired": {"fields": {"A": "\x1f"}, "tags": [], "holes": []}}, "fields of the retired"),
        ({"retired": {"fields": {}, "tags": ["a b"], "holes": []}}, "tags of the retired"),
        ({"retired": {"fields": {}, "tags": "a", "holes": []}}, "tags of the retired"),
        ({"retired": {"fields": {}, "tags": [], "holes": [0]}}, "holes must be numbers"),
    ],
)
def test_a_damaged_note_is_refused(changes: dict[str, object], problem: str) -> None:
    text = f"{HEADER}\n{altered(**changes)}\n"
    with pytest.raises(LockError) as caught:
        parse_lock(text)
    assert str(caught.value).startswith(f"anki.lock:3: {problem}")
    assert "take the file back from git; or delete it" in caught.value.hint


def test_what_could_not_be_read_again_is_not_written() -> None:
    text = LastText({"Text": "x" * LARGEST_LINE}, ())
    with pytest.raises(LockError, match=r"anki\.lock:3: topic/question: there is no room"):
        format_lock(Lock({"topic/question": NOTE._replace(retired=text)}))
    some = NOTE._replace(retired=LastText({"Text": "é" * 1_000_000}, ()))
    with pytest.raises(LockError, match=r"anki\.lock:36: k33: there is no room"):
        format_lock(Lock({f"k{number:02}": some for number in range(40)}))


def test_a_file_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "anki.lock"
    assert read_lock(path) == Lock()
    for lock in (Lock({"topic/question": NOTE}), Lock({"topic/old": RETIRED})):
        write_lock(path, lock)
        assert read_lock(path) == lock
        assert path.read_bytes().decode() == format_lock(lock)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_says_just_that_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "anki.lock"
    lock = Lock({"topic/question": NOTE})
    write_lock(path, lock)
    os.utime(path, (1, 1))
    write_lock(path, lock)
    assert path.stat().st_mtime == 1
    write_lock(path, Lock({"topic/question": NOTE._replace(position=2)}))
    assert path.stat().st_mtime != 1


def test_a_lock_too_large_to_read_again_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "anki.lock"
    write_lock(path, Lock({"topic/question": NOTE}))
    before = path.read_bytes()
    text = LastText({"Text": "x" * LARGEST_LINE}, ())
    with pytest.raises(LockError):
        write_lock(path, Lock({"topic/question": NOTE._replace(retired=text)}))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (HEADER.encode() + b"# caf\xe9\n", "anki.lock:2: not a text in UTF-8"),
        (
            f"{HEADER}#{'é' * (LARGEST_LOCK // 2)}".encode(),
            "anki.lock: the file is larger than 67,108,864",
        ),
    ],
    ids=["encoding", "size"],
)
def test_a_file_that_is_no_lock_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "anki.lock"
    path.write_bytes(content)
    with pytest.raises(LockError) as caught:
        read_lock(path)
    assert str(caught.value).startswith(problem)


def test_a_mark_of_an_editor_of_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "anki.lock"
    lock = Lock({"topic/question": NOTE})
    path.write_bytes(b"\xef\xbb\xbf" + format_lock(lock).encode())
    assert read_lock(path) == lock


def is_read_or_refused(text: str) -> bool:
    """Whether a text is refused with a line and a way out, or says what can be written."""
    try:
        lock = parse_lock(text)
    except LockError as error:
        return bool(error.hint) and 1 <= error.line <= text.count("\n") + 1
    return parse_lock(format_lock(lock)) == lock


@settings(max_examples=300)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    assert all(map(is_read_or_refused, (text, HEADER + text, f"{HEADER}{{{text}")))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@settings(max_examples=300)
@given(
    st.sampled_from(["note", "key", "phase", "holes", "changed", "digest", "retired", "deck"]),
    _json,
)
def test_any_value_is_read_or_refused(name: str, value: object) -> None:
    assert is_read_or_refused(f"{HEADER}{altered(**{name: value})}")


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    text = format_lock(Lock({"topic/question": NOTE, "topic/old": RETIRED}))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 9)))
    assert is_read_or_refused(text[:start] + data.draw(st.text(max_size=9)) + text[end:])
