"""A learner who presses keys as fast as twenty a second, whatever is on the screen.

    python -m tests.key_storm --minutes 10

Keys, windows of other sizes, searches, flags and undos are mixed by a seed and sent to
`mlready review` in a pseudo-terminal. Then three things are held against each other:

- what was written down, against the same keys given one by one to the same review, in no hurry;
- each rating, against what that review showed: the answer was in sight before;
- the screen after each burst, against the one that is drawn anew from nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyte

from mlready.store.opening import open_progress
from mlready.terminal.keyboard import RESIZED, split_keys
from mlready.terminal.review.loop import ReviewLoop
from tests.pty_fixtures import Terminal
from tests.study_fixtures import MLREADY, NOW, FixedDisplay, Place, ScriptedKeys, write_deck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlready.store.reading import Reader

GAP = 1 / 20  # seconds between two keys
LARGE = [(100, 60), (80, 62), (140, 58), (92, 70)]  # every card fits: where sizes change any time
SMALL = [(60, 20), (40, 12), (30, 10), (100, 9)]
TINY = (20, 5)
_AFTER_ESCAPE = 0.2  # seconds, so that no key makes a sequence of it
_BURST = 120  # keys, about

PARAGRAPHS = "\n\n"
TOPICS, QUESTIONS = 12, 60


def storm_deck() -> dict[str, str]:
    """A deck of all kinds of cards; each names itself in its question and in its answer."""
    topics = ["topics:"]
    files = {
        "deck.yaml": "id: trail\ntitle: Storm\ndescription: Many cards.\nphases: [Ground]\n",
        "references.yaml": "references:\n  work: {authors: A. Author, title: A work, year: 1960,"
        " url: 'https://example.org/work'}\n",
    }
    for topic in range(TOPICS):
        name = f"topic-{topic}"
        rests = f"[topic-{topic - 4}]" if topic >= 4 else "[]"
        topics.append(
            f"  - {{id: {name}, title: Topic {topic}, prerequisites: {rests}, why: Because.}}"
        )
        asked = [_question(topic * QUESTIONS + number) for number in range(QUESTIONS)]
        files[f"questions/{name}.yaml"] = f"topic: {name}\nquestions:\n" + "".join(asked)
    files["topics/1-ground.yaml"] = "\n".join(topics) + "\n"
    return files


def _question(number: int) -> str:
    tag = f"{number:04}"
    derived = [
        f"By a{tag}:",
        r"$$\begin{aligned} x &= a \\ &= b \\ &= c \end{aligned}$$",
        "As claimed.",
    ]
    asked = [
        ["kind: statement", f"cloze: 'Of q{tag} one is {{{{c1::a{tag}}}}}.'"],
        [
            "kind: derivation",
            f"question: Derive q{tag}.",
            f"answer: {json.dumps(PARAGRAPHS.join(derived))}",
            "must_mention: [this, that]",
        ],
        [
            "kind: definition",
            f"question: What is q{tag}?",
            f"answer: It is a{tag}.",
            "must_mention: [one, two, three]",
        ],
        ["kind: definition", f"question: What is q{tag}?", f"answer: It is a{tag}."],
    ][number % 4]
    lines = [f"- id: q{tag}", *(f"  {line}" for line in asked)]
    lines.append("  source: {ref: work, at: Section 1}")
    return "".join(f"  {line}\n" for line in lines)


# --- what is pressed -----------------------------------------------------------------------


class Press(NamedTuple):
    """A key as the terminal sends it, and how long the learner pauses after it."""

    sent: str
    pause: float = GAP


class Resize(NamedTuple):
    """Another size of the window."""

    columns: int
    lines: int


Event = Press | Resize
ESC = Press("\x1b", _AFTER_ESCAPE)
_LOOSE = [*"1234 nax\t\rmjkuw", "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "z"]


def burst(chance: random.Random, keys: int) -> list[Press]:
    """Some phrases of keys, about as many as wanted."""
    pressed: list[Press] = []
    while len(pressed) < keys:
        phrase = chance.choices(_PHRASES, _WEIGHTS)[0](chance)
        if chance.random() < 0.1:  # rolled over the keyboard: all at once
            phrase = [
                press._replace(pause=0 if press.pause == GAP else press.pause) for press in phrase
            ]
        pressed += phrase
    return pressed


def _rate(chance: random.Random) -> list[Press]:
    shown = chance.choice([" ", "a", "    ", "nn a", "\r", "nnnn", "   "])
    ticked = "".join(chance.choices("xm\t", k=chance.randrange(4)))
    return _keys(shown + ticked + chance.choice("1233344 \r"))


def _loose(chance: random.Random) -> list[Press]:
    return [Press(chance.choice(_LOOSE)) for _ in range(chance.randrange(1, 9))]


def _undo(chance: random.Random) -> list[Press]:
    return _keys(chance.choice(["u", "uu", "su", "bu", "s", "b"]))


def _aside(chance: random.Random) -> list[Press]:
    return _keys(chance.choice("i?")) + _keys(chance.choice("1x zq/"))


def _search(chance: random.Random) -> list[Press]:
    words = "".join(chance.choices("q0123 topic4", k=chance.randrange(8)))
    opened = [Press("\r"), *_keys(chance.choice(["", " 3", "j1"])), ESC] * chance.randrange(2)
    return [Press("/"), *_keys(words), *opened, ESC, ESC, ESC]


def _browse(chance: random.Random) -> list[Press]:
    steps = chance.choices(["\x1b[B", "j", "\r", "1", "3", "b", "\x7f"], k=chance.randrange(6))
    return [Press("t"), *(Press(step) for step in steps), ESC, ESC]


def _flag(chance: random.Random) -> list[Press]:
    note = "".join(chance.choices("why 1234u", k=chance.randrange(9)))
    given_up = chance.random() < 0.3
    return [
        Press("f"),
        *_keys(chance.choice("wu") + note),
        *([ESC, ESC] if given_up else [Press("\r")]),
    ]


def _leave(chance: random.Random) -> list[Press]:
    # An editor has the keys to itself as long as it is open.
    return [Press(chance.choice("vo")), Press("e", 1.0)]


def _keys(text: str) -> list[Press]:
    return [Press(key) for key in text]


_PHRASES: list[Callable[[random.Random], list[Press]]] = [
    _rate, _loose, _undo, _aside, _search, _browse, _flag, _leave,
]  # fmt: skip
_WEIGHTS = [60, 25, 6, 5, 2, 2, 2, 1]


# --- the learner ------------------------------------------------------------------------------


@dataclass
class Storm:
    """A review in a terminal, and the learner before it.

    Attributes:
        script: what happened, for a review without hurry; a size is one at which keys rested.
    """

    place: Place
    seed: int
    script: list[Event] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    bursts: int = 0

    def run(self, seconds: float) -> None:
        """Press keys for some time, then quit."""
        chance = random.Random(self.seed)  # noqa: S311 - keys, no secrets
        self.terminal = Terminal([MLREADY, "review"], self.place.env, *LARGE[0])
        self.terminal.child.setwinsize(*reversed(LARGE[0]))
        self.terminal.wait_for("show the answer|first of")
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stale:
            self._storm(burst(chance, _BURST), lambda: chance.choice(LARGE), chance)
            if chance.random() < 0.4 and not self.stale:
                self._rest_at(Resize(*TINY))
                self._rest_at(Resize(*chance.choice(SMALL)))
                self._storm(burst(chance, _BURST // 2), None, chance)
                self._rest_at(Resize(*chance.choice(LARGE)))
        if self.terminal.child.isalive():
            last = [ESC, ESC, ESC, Press("z"), Press("z"), Press("q")]
            self._storm(last, None, chance, check=False)
        self.code = self.terminal.finish()

    def _storm(
        self,
        pressed: list[Press],
        size: Callable[[], tuple[int, int]] | None,
        chance: random.Random,
        *,
        check: bool = True,
    ) -> None:
        due, waiting = time.monotonic(), ""
        for press in pressed:
            if size is not None and chance.random() < 0.05:
                self.terminal.resize(*size())
            waiting += press.sent
            if not press.pause and press is not pressed[-1]:
                continue
            with suppress(OSError):  # it has ended, as is found out below
                self.terminal.press(waiting)
            waiting = ""
            due += press.pause
            self._watch(due)
        self.script += pressed
        self.bursts += 1
        if check:
            self.settle()
            self._compare()

    def _rest_at(self, size: Resize) -> None:
        self.terminal.resize(*size)
        self.script.append(size)
        self.settle()
        self._compare()

    def _watch(self, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            self.terminal._feed(left)

    def settle(self) -> None:
        """Wait until all keys are done with: nothing is written, and nothing computed."""
        quiet, before = 0, -1.0
        until = time.monotonic() + 30
        while quiet < 5 and time.monotonic() < until:
            wrote, used = self.terminal._feed(0.06), self._computed()
            quiet = 0 if wrote or used != before else quiet + 1
            before = used

    def _computed(self) -> float:
        """Processor time that the review has used, where the system says so."""
        try:
            stat = Path(f"/proc/{self.terminal.child.pid}/stat").read_text(encoding="ascii")
        except OSError:
            return 0.0
        return sum(map(float, stat.rpartition(")")[2].split()[11:13]))

    def _compare(self) -> None:
        """Hold the screen against one that is drawn anew, on a terminal that shows nothing else."""
        terminal = self.terminal
        if not terminal.child.isalive():
            self.stale.append(f"the review had ended after burst {self.bursts}")
            return
        shown, at = cells(terminal.screen), len(terminal.raw)
        os.kill(int(terminal.child.pid or 0), signal.SIGWINCH)
        self.settle()
        fresh = pyte.Screen(terminal.screen.columns, terminal.screen.lines)
        stream = pyte.ByteStream(fresh)
        stream.feed(b"\x1b[?7l" + terminal.raw[at:])
        if len(terminal.raw) == at or shown != cells(fresh):
            after = "\n".join(line.rstrip() for line in fresh.display)
            before = "\n".join("".join(cell[0] for cell in row).rstrip() for row in shown)
            self.stale.append(f"after burst {self.bursts}, shown:\n{before}\nanew:\n{after}")


def cells(screen: pyte.Screen) -> list[list[tuple[Any, ...]]]:
    """What a screen shows, with its styles."""
    return [
        [
            (cell.data, cell.fg, cell.bold, cell.reverse, cell.italics)
            for cell in (screen.buffer[row][column] for column in range(screen.columns))
        ]
        for row in range(screen.lines)
    ]


# --- without hurry ----------------------------------------------------------------------------


def replay(place: Place, script: list[Event]) -> list[str]:
    """Give the same keys to the same review, each when the one before is done with.

    Returns:
        The ratings of cards whose answer was not in sight since the rating before.
    """
    display = FixedDisplay(*LARGE[0], styled=True)
    steps: list[str | Callable[[], object]] = []
    text = ""
    for event in [*script, Resize(*LARGE[0])]:
        if isinstance(event, Press) and event.sent != "\x1b":
            text += event.sent
            continue
        keys, rest = split_keys(text)
        assert not rest
        steps += keys
        text = ""
        if isinstance(event, Press):
            steps.append(event.sent)
        else:
            steps += [partial(setattr, display, "window", os.terminal_size(event)), RESIZED]
    with environment(place.env):
        progress = open_progress(place.deck, NOW)
        keys_given = WatchedKeys(steps, display, progress.reader)
        ReviewLoop(progress, display, keys_given, UTC, ["A new deck"]).run()
    return keys_given.unseen


class WatchedKeys(ScriptedKeys):
    """Keys of a script; before each, looks at what the one before has rated."""

    def __init__(
        self, steps: list[str | Callable[[], object]], display: FixedDisplay, reader: Reader
    ) -> None:
        super().__init__(*steps)
        self.display = display
        self.reader = reader
        self.rated = 0
        self.in_sight: list[list[str]] = []
        self.unseen: list[str] = []

    def read(self) -> str:
        """The next key."""
        rated = self.reader.rows(_RATED)
        for (key,) in rated[self.rated :]:
            if not is_answer_in(str(key), self.in_sight):
                self.unseen.append(f"{key} was rated, but its answer was not in sight")
        if len(rated) > self.rated:
            self.in_sight.clear()
        self.rated = len(rated)
        self.in_sight += self.display.shown
        self.display.shown.clear()
        return super().read()


def is_answer_in(key: str, screens: list[list[str]]) -> bool:
    """Whether the answer to a question of the storm is on one of the screens."""
    return any(f"a{key.rpartition('/q')[2]}" in line for screen in screens for line in screen)


@contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """The variables of a process, for a while those of another."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


# --- what came of it ---------------------------------------------------------------------------

_REVIEWS = """SELECT n.key, c.ordinal, r.rating, r.state_before, r.state_after,
    (SELECT COUNT(*) FROM revlog AS u WHERE u.review_id <= r.undoes)
    FROM revlog AS r JOIN cards AS c ON c.card_id = r.card_id
    JOIN notes AS n ON n.note_id = c.note_id ORDER BY r.review_id"""
_RATED = """SELECT n.key FROM revlog AS r JOIN cards AS c ON c.card_id = r.card_id
    JOIN notes AS n ON n.note_id = c.note_id WHERE r.undoes IS NULL ORDER BY r.review_id"""
_FLAGS = "SELECT card_id, reason, note FROM flags ORDER BY flag_id"
_MARKS = "SELECT card_id, suspended, buried_day FROM marks ORDER BY card_id"


def written(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    """All that a review has written down."""
    connection = sqlite3.connect(place.home / "trail.sqlite3")
    kept = {
        name: connection.execute(statement).fetchall()
        for name, statement in (("reviews", _REVIEWS), ("flags", _FLAGS), ("marks", _MARKS))
    }
    connection.close()
    return kept


def make_place(root: Path) -> Place:
    """A learner's place with the deck of the storm, and all of its cards to be learned today."""
    place = Place(root)
    for file in place.deck.rglob("*.yaml"):
        file.unlink()
    write_deck(place.deck, storm_deck())
    place.env |= {"EDITOR": "true", "BROWSER": "true"}
    for name, value in (("new_per_day", "9999"), ("reviews_per_day", "9999")):
        done = place.run("config", name, value)
        assert done.returncode == 0, done.stderr
    return place


class Outcome(NamedTuple):
    """What a storm came to.

    Attributes:
        lost: where what was written down differs from what was pressed.
        unseen: ratings of what was never in sight.
        stale: screens that were not as they should be.
    """

    keys: int
    ratings: int
    lost: list[str]
    unseen: list[str]
    stale: list[str]
    code: int


def weather(root: Path, seconds: float, seed: int) -> Outcome:
    """Let a storm pass, and look at what it left."""
    storm = Storm(make_place(root / "storm"), seed)
    storm.run(seconds)
    calm = make_place(root / "calm")
    unseen = replay(calm, storm.script)
    kept, wanted = written(storm.place), written(calm)
    lost = []
    for name, rows in wanted.items():
        for number in range(max(len(rows), len(kept[name]))):
            pair = rows[number : number + 1], kept[name][number : number + 1]
            if pair[0] != pair[1]:
                lost.append(f"{name} {number}: pressed {pair[0]}, written {pair[1]}")
                break
    return Outcome(
        keys=sum(isinstance(event, Press) for event in storm.script),
        ratings=sum(not row[-1] for row in kept["reviews"]),
        lost=lost,
        unseen=unseen,
        stale=storm.stale,
        code=storm.code,
    )


def main() -> int:
    """Let a long storm pass; 1 if anything was lost or stale."""
    parser = argparse.ArgumentParser(description="press keys, twenty a second")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = weather(Path(folder), chosen.minutes * 60, chosen.seed)
    report = [
        *(found.lost + found.unseen + found.stale),
        f"seed {chosen.seed}: {found.keys} keys, {found.ratings} ratings, exit {found.code}; "
        f"{len(found.lost)} lost, {len(found.unseen)} unseen, {len(found.stale)} stale",
    ]
    sys.stdout.write("\n".join([*report, ""]))
    return int(bool(found.lost or found.unseen or found.stale or found.code))


if __name__ == "__main__":
    sys.exit(main())
