"""Files that are broken, or made to break: each is refused in a sentence, or read."""

import json
import os
import sqlite3
import struct
import sys
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.anki.histories import AnkiHistory, HistoryError
from exports.anki.reading import collections, connections
from exports.anki.reading.collections import read_history

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MEGABYTE = 1 << 20
CREATED = 1_400_000_000
NOTETYPES = {
    "5": {"name": "Basic", "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}]}
}
DECKS = {"1": {"name": "Default"}, "7": {"name": "A::B"}}
TABLES = {
    "col": "CREATE TABLE col (ver, crt, conf, models, decks)",
    "notes": "CREATE TABLE notes (id integer primary key, guid, mid, mod, tags, flds)",
    "cards": (
        "CREATE TABLE cards (id integer primary key, nid, did, ord, mod, type, queue, due, ivl,"
        " odue, odid)"
    ),
    "revlog": (
        "CREATE TABLE revlog (id integer primary key, cid, ease, ivl, lastIvl, factor, time, type)"
    ),
}
ROWS: dict[str, list[Any]] = {
    "col": [11, CREATED, "{}", json.dumps(NOTETYPES), json.dumps(DECKS)],
    "notes": [10, "guid", 5, 1_700_000_000, " tag other::tag ", "front\x1fback"],
    "cards": [20, 10, 7, 0, 1_700_000_000, 2, 2, 99, 30, 0, 0],
    "revlog": [30, 20, 3, 30, 10, 2500, 4000, 1],
}


def write_collection(path: Path, *, tables: Any = None, rows: Any = None, after: str = "") -> Path:
    """Write the smallest collection there is, with parts of it replaced."""
    with closing(sqlite3.connect(path)) as connection:
        for name, statement in (TABLES | (tables or {})).items():
            connection.execute(statement)
            if statement.startswith("CREATE TABLE") and (row := (ROWS | (rows or {}))[name]):
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {name} VALUES ({marks})", row)  # noqa: S608
        connection.executescript(after)
        connection.commit()
    return path


def write_value(path: Path, table: str, column: int, value: Any) -> Path:
    row = list(ROWS[table])
    row[column] = value
    return write_collection(path, rows={table: row})


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_collection(tmp_path_factory.mktemp("small") / "c").read_bytes()


def pack(*members: tuple[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", method) as archive:
        for name, content in members:
            archive.writestr(ZipInfo(name), content, method)
    return file.getvalue()


def refusal(path: Path) -> str:
    with pytest.raises(HistoryError) as caught:
        read_history(path)
    assert caught.value.hint
    assert caught.value.problem.startswith(f"{path}: ")
    return caught.value.problem.removeprefix(f"{path}: ")


@pytest.fixture
def refusal_of(tmp_path: Path) -> Callable[[bytes], str]:
    def refuse(content: bytes) -> str:
        path = tmp_path / "given"
        path.write_bytes(content)
        return refusal(path)

    return refuse


def test_the_smallest_collection_is_read(tmp_path: Path) -> None:
    history = read_history(write_collection(tmp_path / "c"))
    assert history.notes[0].fields == (("Front", "front"), ("Back", "back"))
    assert history.notes[0].tags == ("tag", "other::tag")
    assert history.cards[0].deck == "A::B"
    assert tuple(history.reviews[0]) == tuple(ROWS["revlog"])
    assert (history.created_at, history.utc_offset, history.rollover_hour) == (CREATED, None, None)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"question,answer\n", "neither a package"),
        (b"PK\x03\x04", "damaged"),
        (b"PK\x03\x04" + bytes(1000), "damaged"),
        (b"\x28\xb5\x2f\xfd", "damaged"),
        (b"SQLite format 3\0", "damaged"),
        (b"SQLite format 3\0" + bytes(5000), "damaged"),
        (pack(("deck.txt", b"")), "no collection"),
        (pack(("../collection.anki2", b""), ("/collection.anki2", b"")), "no collection"),
        (pack(("collection.anki2", b"")), "damaged"),
        (pack(("collection.anki2", b"not a database, though long enough " * 9)), "damaged"),
        (pack(("collection.anki21b", b"not zstd")), "damaged"),
        (pack(("meta", b"\x08\x04"), ("collection.anki2", b"")), "newer Anki"),
    ],
)
def test_what_holds_no_collection_is_refused(
    refusal_of: Callable[[bytes], str], content: bytes, words: str
) -> None:
    assert words in refusal_of(content)


def test_the_newest_collection_of_a_package_is_read(tmp_path: Path, database: bytes) -> None:
    path = tmp_path / "c.apkg"
    other = write_collection(tmp_path / "other", rows={"revlog": None}).read_bytes()
    path.write_bytes(pack(("collection.anki2", other), ("collection.anki21", database)))
    assert read_history(path).reviews
    new = zstd.compress(database)
    path.write_bytes(pack(("collection.anki21", other), ("collection.anki21b", new)))
    assert read_history(path).reviews
    path.write_bytes(new)
    assert read_history(path).reviews


def test_two_collections_by_one_name_are_refused(
    refusal_of: Callable[[bytes], str], database: bytes
) -> None:
    one, other = ("collection.anki21", database), ("collection_anki21", b"")
    content = pack(one, other).replace(b"collection_anki21", b"collection.anki21")
    assert "2 collections" in refusal_of(content)


def test_an_encrypted_package_is_refused(
    refusal_of: Callable[[bytes], str], database: bytes
) -> None:
    content = bytearray(pack(("collection.anki2", database)))
    for place in (6, content.index(b"PK\x01\x02") + 8):
        content[place] |= 1
    assert "encrypted" in refusal_of(bytes(content))


def test_a_way_of_packing_that_anki_does_not_know_is_refused(
    refusal_of: Callable[[bytes], str], database: bytes
) -> None:
    content = pack(("collection.anki2", database), method=ZIP_BZIP2)
    assert "packed" in refusal_of(content)


@pytest.mark.parametrize("name", ["collection.anki2", "collection.anki21b"])
def test_every_package_that_was_cut_off_is_refused(
    refusal_of: Callable[[bytes], str], database: bytes, name: str
) -> None:
    collection = zstd.compress(database) if name.endswith("b") else database
    whole = pack((name, collection), ("media", b"{}"))
    for length in range(0, len(whole), max(1, len(whole) // 40)):
        refusal_of(whole[:length])
    if name.endswith("b"):
        for cut in (collection[:-1], collection + b"more"):
            assert "damaged" in refusal_of(pack((name, cut)))


def zeros(megabytes: int) -> bytes:
    compressor = zstd.ZstdCompressor()
    chunk = bytes(MEGABYTE)
    parts = [compressor.compress(b"SQLite format 3\0")]
    parts += [compressor.compress(chunk) for _ in range(megabytes)]
    return b"".join([*parts, compressor.flush()])


def test_what_unpacks_to_far_more_than_it_should_is_refused(
    refusal_of: Callable[[bytes], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bomb = zeros(200)
    assert len(bomb) < MEGABYTE
    for content in (
        bomb,
        pack(("collection.anki21b", bomb)),
        pack(("collection.anki21b", bomb), method=ZIP_STORED),
        pack(("collection.anki21", bytes(200 * MEGABYTE))),
    ):
        assert "larger than any" in refusal_of(content)
        assert [path.name for path in tmp_path.iterdir()] == ["given"]


@pytest.mark.parametrize("size", [0, 100, 3 << 30])
def test_a_package_that_lies_about_sizes_is_refused(
    refusal_of: Callable[[bytes], str], database: bytes, size: int
) -> None:
    content = bytearray(pack(("collection.anki2", database)))
    for place in (22, content.index(b"PK\x01\x02") + 24):
        struct.pack_into("<I", content, place, size)
    assert ("larger than any" if size > len(database) else "damaged") in refusal_of(bytes(content))


def test_a_directory_without_end_is_refused(
    refusal_of: Callable[[bytes], str], database: bytes
) -> None:
    content = bytearray(pack(("collection.anki2", database)))
    entry = bytes(content[content.index(b"PK\x01\x02") : -22])
    members = (1 << 24) // len(entry) + 2
    start = content.index(b"PK\x01\x02")
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(entry) * members, start, 0
    )
    assert "damaged" in refusal_of(bytes(content[:start]) + entry * members + end)


@pytest.mark.parametrize("place", [-10, -6])
def test_a_directory_or_a_member_before_the_start_of_the_file_is_refused(
    refusal_of: Callable[[bytes], str], database: bytes, place: int
) -> None:
    content = bytearray(pack(("collection.anki2", database)))
    struct.pack_into("<I", content, len(content) + place, 1 << 30)
    assert "damaged" in refusal_of(bytes(content))


def test_paths_that_are_no_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "folder").mkdir()
    (tmp_path / "profile" / "collection.anki2").mkdir(parents=True)
    for name in ("pipe", "loop", "missing", "folder", "profile", "n" * 300, "a\0b"):
        refusal(tmp_path / name)
    refusal(Path("/dev/null"))


def test_a_log_that_is_no_file_is_refused(tmp_path: Path) -> None:
    path = write_collection(tmp_path / "collection.anki2")
    os.mkfifo(tmp_path / "collection.anki2-wal")
    assert "not a file" in refusal(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = write_collection(tmp_path / "c")
    path.chmod(0)
    assert "Permission denied" in refusal(path)


def test_a_collection_that_is_too_large_to_copy_is_refused(tmp_path: Path) -> None:
    path = write_collection(tmp_path / "c")
    with path.open("r+b") as file:
        file.truncate(5 << 30)
    assert "larger than any" in refusal(path)


COMPUTING = [
    {"revlog": "CREATE VIEW revlog AS SELECT * FROM cards"},
    {"extra": "CREATE VIEW extra AS SELECT 1"},
    {"extra": "CREATE TRIGGER extra AFTER INSERT ON notes BEGIN DELETE FROM cards; END"},
    {"extra": "CREATE VIRTUAL TABLE extra USING fts5(words)"},
    {
        "revlog": (
            "CREATE TABLE revlog (id integer primary key, cid, ease, ivl, lastIvl, factor, time,"
            " type AS (length(hex(zeroblob(100000000)))))"
        )
    },
]


@pytest.mark.parametrize("tables", COMPUTING)
def test_a_collection_that_computes_is_refused(tmp_path: Path, tables: dict[str, str]) -> None:
    rows = {"revlog": None, "extra": None}
    path = write_collection(tmp_path / "c", tables=tables, rows=rows)
    assert "Anki did not make" in refusal(path)


@pytest.mark.parametrize(
    "sql",
    ["CREATE VIEW revlog AS SELECT * FROM cards", "CREATE VIRTUAL TABLE revlog USING fts5(a)"],
)
def test_a_view_in_the_guise_of_a_table_is_refused(tmp_path: Path, sql: str) -> None:
    change = f"UPDATE sqlite_master SET sql = '{sql}' WHERE name = 'revlog'"  # noqa: S608
    after = f"PRAGMA writable_schema = ON; {change}"
    refusal(write_collection(tmp_path / "c", after=after))


def write_with_log(path: Path, **parts: Any) -> tuple[Path, Path]:
    """Write a collection as a program that still has it open leaves it, with its log."""
    log = path.with_name(path.name + "-wal")
    write_collection(path, **parts)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE cards SET ivl = 31")
        connection.commit()
        files = {file: file.read_bytes() for file in (path, log)}
    for file, content in files.items():
        file.write_bytes(content)
    return path, log


def test_what_is_in_the_log_is_read(tmp_path: Path) -> None:
    path, _ = write_with_log(tmp_path / "c")
    assert read_history(path).cards[0].interval == 31


# SQLite leaves conditions alone in what it may not write, but a log makes it write.
@pytest.mark.parametrize("write", [write_collection, write_with_log])
def test_a_condition_on_rows_is_not_computed(tmp_path: Path, write: Callable[..., Any]) -> None:
    condition = ", CHECK (length(hex(zeroblob(id * 5000000))) > 0))"
    path = tmp_path / "c"
    write(path, tables={"notes": TABLES["notes"][:-1] + condition})
    assert read_history(path).notes


def test_rows_that_vanish_from_a_page_are_missed(tmp_path: Path) -> None:
    after = """
        INSERT INTO revlog WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n
        WHERE i < 5000) SELECT i, 20, 3, 1, 1, 0, 0, 1 FROM n
    """
    path = write_collection(tmp_path / "c", after=after)
    content = bytearray(path.read_bytes())
    leaf = 4096 * (len(content) // 4096 - 3)
    kind, cells = content[leaf], int.from_bytes(content[leaf + 3 : leaf + 5])
    assert kind == 0x0D
    assert cells > 100
    content[leaf + 3 : leaf + 5] = (cells // 2).to_bytes(2)
    path.write_bytes(content)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM revlog").fetchone() < (4902,)
    assert "damaged" in refusal(path)


def test_names_that_are_no_text_are_refused(tmp_path: Path) -> None:
    change = "UPDATE sqlite_master SET name = CAST(x'ff1b' AS TEXT), sql = 'CREATE TABLE ('"
    after = f"PRAGMA writable_schema = ON; {change} WHERE name = 'revlog'"
    said = refusal(write_collection(tmp_path / "c", after=after))
    assert "damaged" in said
    assert said.isprintable()


def test_tables_without_end_are_refused(tmp_path: Path) -> None:
    after = "BEGIN;" + "".join(f"CREATE TABLE t{n} (a);" for n in range(5_000))
    assert "damaged" in refusal(write_collection(tmp_path / "c", after=after))


@pytest.mark.parametrize("table", TABLES)
def test_a_collection_without_a_table_or_a_column_is_refused(tmp_path: Path, table: str) -> None:
    for number, after in enumerate(
        (f"DROP TABLE {table}", f"DROP TABLE {table}; CREATE TABLE {table} (id integer)")
    ):
        assert "damaged" in refusal(write_collection(tmp_path / f"{number}", after=after))


@pytest.mark.parametrize("table", ["notes", "cards", "revlog"])
def test_ids_that_come_twice_are_refused(tmp_path: Path, table: str) -> None:
    loose = TABLES[table].replace("integer primary key", "integer")
    after = f"INSERT INTO {table} SELECT * FROM {table}"  # noqa: S608
    path = write_collection(tmp_path / "c", tables={table: loose}, after=after)
    assert "not in order" in refusal(path)


@pytest.mark.parametrize("value", [None, "many", b"\0\1", float("inf"), 1e300, "1"])
@pytest.mark.parametrize(("table", "column"), [("revlog", 2), ("cards", 2), ("notes", 3)])
def test_what_is_no_number_is_refused_with_its_row(
    tmp_path: Path, table: str, column: int, value: Any
) -> None:
    said = refusal(write_value(tmp_path / "c", table, column, value))
    assert f"the one with id {ROWS[table][0]} has no number" in said


@pytest.mark.parametrize("value", [None, 7, 1.5, b"text"])
@pytest.mark.parametrize(("table", "column"), [("notes", 1), ("notes", 5), ("col", 4)])
def test_what_is_no_text_is_refused(tmp_path: Path, table: str, column: int, value: Any) -> None:
    assert "has no text" in refusal(write_value(tmp_path / "c", table, column, value))


def test_fractions_are_cut_off_as_anki_does(tmp_path: Path) -> None:
    path = write_value(tmp_path / "c", "revlog", 6, 3999.75)
    assert read_history(path).reviews[0].duration_ms == 3999


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 0, -5])
def test_absurd_numbers_are_handed_on(tmp_path: Path, number: int) -> None:
    assert read_history(write_value(tmp_path / "c", "revlog", 0, number)).reviews[0].id == number
    assert read_history(write_value(tmp_path / "d", "cards", 3, number)).cards[0].ordinal == number


def test_texts_that_are_no_texts_are_still_read(tmp_path: Path) -> None:
    after = "UPDATE notes SET guid = CAST(x'ff41ff00' AS TEXT), flds = CAST(x'410042' AS TEXT)"
    note = read_history(write_collection(tmp_path / "c", after=after)).notes[0]
    assert note.guid == "\ufffdA\ufffd\0"
    assert note.fields == (("Front", "A\0B"), ("Back", ""))


def test_a_note_of_no_known_type_keeps_its_fields(tmp_path: Path) -> None:
    note = read_history(write_value(tmp_path / "c", "notes", 2, 6)).notes[0]
    assert note.notetype == ""
    assert note.fields == (("", "front"), ("", "back"))


def test_the_home_of_a_card_in_a_filtered_deck_is_told(tmp_path: Path) -> None:
    row = [20, 10, 1, 0, 0, 2, 2, -100_000, 30, 250, 7]
    card = read_history(write_collection(tmp_path / "c", rows={"cards": row})).cards[0]
    assert (card.deck, card.due) == ("A::B", 250)


def test_half_characters_in_names_are_replaced(tmp_path: Path) -> None:
    text = json.dumps(DECKS).replace("A::B", "A::\\ud800")
    history = read_history(write_value(tmp_path / "c", "col", 4, text))
    assert history.cards[0].deck == "A::?"


@pytest.mark.parametrize("encoding", ["UTF-16le", "UTF-16be"])
def test_a_collection_in_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "c"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA encoding = '{encoding}'")
        connection.execute("CREATE TABLE t (a)")
    assert read_history(write_collection(path)).notes[0].fields[0] == ("Front", "front")


BROKEN = ["", "null", "[]", "{", "[" * 100_000, "1" * 5000]
MISSHAPEN = [
    '{"x": {}}',
    '{"1": []}',
    '{"1": {"name": 5}}',
    '{"\u0661": {"name": "a", "flds": []}}',
]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *((column, text) for column in (2, 3, 4) for text in BROKEN),
        *((column, text) for column in (3, 4) for text in MISSHAPEN),
        (3, '{"1": {"name": "a", "flds": [5]}}'),
        (3, '{"1": {"name": "a", "flds": {}}}'),
    ],
)
def test_broken_json_is_refused(tmp_path: Path, column: int, text: str) -> None:
    assert "damaged" in refusal(write_value(tmp_path / "c", "col", column, text))


def test_settings_of_the_wrong_kind_are_not_said(tmp_path: Path) -> None:
    text = '{"rollover": [4], "creationOffset": "x"}'
    history = read_history(write_value(tmp_path / "c", "col", 2, text))
    assert (history.rollover_hour, history.utc_offset) == (None, None)


@pytest.mark.parametrize(("version", "words"), [(10, "older"), (19, "newer"), (2**60, "newer")])
def test_versions_that_are_not_known_are_refused(tmp_path: Path, version: int, words: str) -> None:
    assert words in refusal(write_value(tmp_path / "c", "col", 0, version))


def test_more_rows_or_text_than_any_collection_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = "INSERT INTO revlog SELECT id + 1, cid, ease, ivl, 0, 0, 0, 0 FROM revlog"
    path = write_collection(tmp_path / "c", after=after)
    for name, limit in (("_REVIEWS", {"most": 1}), ("_NOTES", {"most_text": 10})):
        with monkeypatch.context() as patch:
            patch.setattr(collections, name, getattr(collections, name)._replace(**limit))
            assert "more than 1 reviews" in (said := refusal(path)) or "too much text" in said
    assert len(read_history(path).reviews) == 2


def test_fields_and_tags_without_end_are_refused(tmp_path: Path) -> None:
    assert "more fields" in refusal(write_value(tmp_path / "c", "notes", 5, "\x1f" * MEGABYTE))
    assert "more fields" in refusal(write_value(tmp_path / "d", "notes", 4, "a " * MEGABYTE))
    long = write_value(tmp_path / "e", "notes", 5, "x" * 70 * MEGABYTE)
    assert "damaged" in refusal(long)


def test_a_statement_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    after = """
        INSERT INTO revlog WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n
        WHERE i < 5000) SELECT i, 20, 3, 1, 1, 0, 0, 1 FROM n
    """
    path = write_collection(tmp_path / "c", after=after)
    assert len(read_history(path).reviews) == 4902
    monkeypatch.setattr(connections, "_STEPS_PER_CALL", 100)
    monkeypatch.setattr(connections, "_MOST_CALLS", 3)
    assert "interrupted" in refusal(path)


def check_history(history: AnkiHistory) -> None:
    for row in (*history.reviews, *history.cards):
        assert all(isinstance(value, (int, str)) for value in row)
    for note in history.notes:
        assert isinstance(note.guid, str)
        json.dumps(note, ensure_ascii=False).encode()


def read_or_refuse(path: Path) -> None:
    found = outcome(path)
    if isinstance(found, AnkiHistory):
        check_history(found)
    else:
        assert found.problem.startswith(f"{path}: ")
        assert found.problem.removeprefix(f"{path}: ").isprintable()


def outcome(path: Path) -> AnkiHistory | HistoryError:
    try:
        return read_history(path)
    except HistoryError as error:
        return error


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


@st.composite
def damages(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """Bytes set, cut out, doubled or cut off, anywhere in a file."""
    changes = draw(
        st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8), st.integers(0, 40)), max_size=8)
    )
    keep = draw(st.one_of(st.just(1.0), st.floats(0, 1)))

    def damage(content: bytes) -> bytes:
        for place, new, removed in changes:
            at = int(place * len(content))
            content = content[:at] + new + content[at + (removed if removed > 30 else len(new)) :]
        return content[: int(keep * len(content))]

    return damage


FUZZ = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(damage=damages(), form=st.sampled_from(["plain", "stored", "deflated", "zstd", "frame"]))
def test_damage_anywhere_never_raises_anything_else(
    scratch: Path, database: bytes, damage: Callable[[bytes], bytes], form: str
) -> None:
    frame = zstd.compress(database)
    content = {
        "plain": database,
        "stored": pack(("collection.anki2", damage(database)), method=ZIP_STORED),
        "deflated": pack(("collection.anki2", database), ("media", b"{}")),
        "zstd": pack(("collection.anki21b", zstd.compress(damage(database)))),
        "frame": frame,
    }[form]
    path = scratch / "damaged"
    path.write_bytes(content if form in ("stored", "zstd") else damage(content))
    read_or_refuse(path)


@FUZZ
@given(damage=damages())
def test_a_damaged_log_never_raises_anything_else(
    scratch: Path, damage: Callable[[bytes], bytes]
) -> None:
    for old in scratch.glob("logged*"):
        old.unlink()
    path, log = write_with_log(scratch / "logged")
    whole = log.read_bytes()
    log.write_bytes(damage(whole))
    read_or_refuse(path)


VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=20),
    st.sampled_from(["\x1f" * 5, "{}", " a  b ", "\0"]),
)


@FUZZ
@given(
    table=st.sampled_from(["col", "notes", "cards", "revlog"]),
    changes=st.dictionaries(st.integers(0, 10), VALUES, min_size=1, max_size=3),
)
def test_values_of_any_kind_never_raise_anything_else(
    scratch: Path, table: str, changes: dict[int, Any]
) -> None:
    path = scratch / "values"
    path.unlink(missing_ok=True)
    # A row id that is no number could not even be stored.
    tables = {table: TABLES[table].replace("integer primary key", "id2")}
    tables[table] = tables[table].replace("id id2", "id")
    row = [changes.get(index, value) for index, value in enumerate(ROWS[table])]
    read_or_refuse(write_collection(path, tables=tables, rows={table: row}))
