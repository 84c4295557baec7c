"""Thousands of broken decks: compiling never raises, and every problem has a place in the deck."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from mlready.content.checks import Attachments
from mlready.content.compiling import compile_folder, usable_units
from mlready.content.folder import DeckFolder
from mlready.content.linking import link_units
from mlready.content.problems import format_problem
from mlready.content.units import read_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlready.content.deck import Deck, Unit

CASES = 800  # for each kind of damage and the small deck
SHIPPED_CASES = 1_000
SECONDS = 30.0

SMALL = {
    "deck.yaml": b"id: small\ntitle: Small\nphases: [Basics, Later]\nareas: [x]\n",
    "references.yaml": b"references:\n  a-2000: {authors: A, title: T, year: 2000}\n",
    "topics/1-basics.yaml": (
        b"topics:\n  - {id: a, title: A, prerequisites: [], why: Say $x$., area: x}\n"
        b"  - {id: b, title: B, prerequisites: [a], why: W, formerly: [c]}\nretired: [d]\n"
    ),
    "questions/a.yaml": rb"""topic: a
questions:
  - id: one
    kind: failure-mode
    level: depth
    question: |
      State $\left(\frac{a}{b}\right)$, *please*.

      ![picture](a.png)
    answer: >
      Folded $x_{i}$
      text.

      $$\begin{cases}1\end{cases}$$
    must_mention: [one, 'two $y$', "three \u00e9"]
    source: {ref: a-2000, at: Section 1}
    claim: a_claim
    requires: [b]
    formerly: [c/d]
  - id: two
    kind: statement
    cloze: The {{c1::$\frac{1}{n}$::hint}} of ${{c2::x}}$.
    source: {ref: a-2000}
retired: [three]
""",
}
MEDIA, CLAIMS = frozenset({"a.png"}), frozenset({"a_claim"})

CHARACTERS = "\x00\x1b\t\r\n \"'#&*!|>%@`{}[],:?-$\\_~^<()é中😀\u2028\ufeff\x85"
SCALARS = ["", "~", "true", "12", "no", "1.5", "[]", "{}", "[a]", "{a: b}", "'", "&a b", "*a"]
SCALARS += ["!!int 5", "|", "> ", "- a", "? a", "{{c1::a}}", "$", "$$", "$x}$", "---", "a: b"]
SCALARS += ["'{{c1::'", "'$\\left($'", "'![a](../b)'", '"\\x1b"', '"\\ud800"', "²", "9" * 400]


def seeded(seed: object) -> Random:
    return Random(str(seed))  # noqa: S311


def change_characters(data: bytes, random: Random) -> bytes:
    text = data.decode()
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(text) + 1)
        width = random.choice([0, 0, 1, 1, 5])
        text = text[:at] + random.choice([*CHARACTERS, ""]) + text[at + width :]
    return text.encode()


def change_lines(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    for _ in range(random.randint(1, 3)):
        here, there = random.randrange(len(lines)), random.randrange(len(lines))
        change = random.randrange(5)
        if change == 0 and len(lines) > 1:
            del lines[here]
        elif change == 1:
            lines.insert(there, lines[here])
        elif change == 2:
            lines[here], lines[there] = lines[there], lines[here]
        elif change == 3:
            lines[here] = b" " * random.randrange(9) + lines[here].lstrip()
        else:
            lines = lines[: here + 1]
    return b"\n".join(lines)


def change_keys_and_types(data: bytes, random: Random) -> bytes:
    text = data.decode()
    found = list(re.finditer(r"(\w+): ?([^\n,}]*)", text))
    if not found:
        return data
    chosen = random.choice(found)
    key = random.choice([chosen[1], chosen[1], chosen[1][::-1], "id", "topics", "cloze", "1"])
    value = random.choice([*SCALARS, chosen[2]])
    return (text[: chosen.start()] + f"{key}: {value}" + text[chosen.end() :]).encode()


def splice_bytes(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    other = random.choice(sorted(SMALL.values()))
    start = random.randrange(len(other))
    piece = random.choice([random.randbytes(random.randrange(9)), other[start : start + 99]])
    return data[:at] + piece + data[at + random.randrange(9) :]


def nest_deeply(data: bytes, random: Random) -> bytes:
    count = random.choice([5, 11, 12, 13, 2_000])
    opening, closing = random.choice([(b"[", b"]"), (b"{a: ", b"}"), (b"- ", b""), (b"? ", b"")])
    nest = opening * count + b"a" + closing * count
    bomb = b"&a [x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(99))
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    lines[at] = lines[at].split(b":")[0] + b": " + random.choice([nest, bomb])
    return b"\n".join(lines)


def nest_texts(data: bytes, random: Random) -> bytes:
    count = random.choice([3, 20, 300])
    pieces = ["$", "{", "}", "{{c1::", "}}", "[", "](", "> ", "- ", "*", "`", "\\left(", "| "]
    inner = "".join(random.choices(pieces, k=random.randint(1, 3))) * count
    lines = data.decode().split("\n")
    rows = [at for at, line in enumerate(lines) if line.startswith("      ")] or [0]
    at = random.choice(rows)
    lines[at] = "      " + inner
    return "\n".join(lines).encode()


DAMAGES = (
    change_characters,
    change_lines,
    change_keys_and_types,
    splice_bytes,
    nest_deeply,
    nest_texts,
)


def check(deck: Deck, units: dict[str, Unit]) -> None:
    """Every problem has a place in the deck, and can be printed on a few lines."""
    for problem in deck.problems:
        at = problem.location
        assert at.path in units or at.path == "deck.yaml"
        lines = units[at.path].lines if at.path in units else []
        if lines:  # there are none of what is no text
            assert 1 <= at.line <= len(lines), problem
            assert 1 <= at.column <= len(lines[at.line - 1]) + 1, problem
        assert problem.message.isprintable(), problem
        assert format_problem(problem, {at.path: lines}).count("\n") <= 3


@pytest.mark.parametrize("damage", DAMAGES)
def test_small_decks(damage: Callable[[bytes, Random], bytes]) -> None:
    random = seeded(damage.__name__)
    began = perf_counter()
    seen_good = seen_bad = 0
    for _ in range(CASES):
        path = random.choice(sorted(SMALL))
        files = SMALL | {path: damage(SMALL[path], random)}
        folder = DeckFolder(Path("deck"), files=files, claims=set(CLAIMS))
        folder.media["a.png"] = Path("a.png")
        deck, units = compile_folder(folder)
        check(deck, units)
        seen_good += not deck.errors
        seen_bad += bool(deck.errors)
    assert seen_bad > CASES // 20
    assert perf_counter() - began < SECONDS


def test_the_small_deck_is_good() -> None:
    units = [read_unit(path, data) for path, data in SMALL.items()]
    assert link_units(units, Attachments(MEDIA, CLAIMS)).errors == []


def test_what_is_left_of_a_broken_deck_can_be_reviewed() -> None:
    """Files that are broken fall back to what they were, or are left out."""
    random = seeded(5)
    good = {path: read_unit(path, data) for path, data in SMALL.items()}
    for _ in range(CASES):
        path = random.choice(sorted(SMALL))
        broken = read_unit(path, random.choice(DAMAGES)(SMALL[path], random))
        for earlier in (good, {}):
            used, deck = usable_units(good | {path: broken}, earlier, Attachments(MEDIA, CLAIMS))
            assert [p for p in deck.errors if p.location.path in used] == []


def test_files_of_the_shipped_deck(shipped: DeckFolder) -> None:
    random = seeded(7)
    files = {path: data for path, data in shipped.files.items() if len(data) < 20_000}
    began = perf_counter()
    for _ in range(SHIPPED_CASES):
        path = random.choice(sorted(files))
        started = perf_counter()
        unit = read_unit(path, random.choice(DAMAGES)(files[path], random))
        check(link_units([unit], Attachments(MEDIA, CLAIMS)), {path: unit})
        assert perf_counter() - started < 5
    assert perf_counter() - began < SECONDS


def test_the_whole_shipped_deck_with_some_files_damaged(shipped: DeckFolder) -> None:
    random = seeded(11)
    good = {path: read_unit(path, data) for path, data in shipped.files.items()}
    for _ in range(60):
        units = dict(good)
        for path in random.sample(sorted(shipped.files), 3):
            units[path] = read_unit(path, random.choice(DAMAGES)(shipped.files[path], random))
        deck = link_units(units.values(), Attachments(MEDIA, frozenset(shipped.claims)))
        check(deck, units)
