"""Looking around during a review: search, and a walk from any topic; nothing is rated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlready import clock
from mlready.study.atlas import read_atlas
from mlready.study.searching import MOST_LETTERS, Entry, Results, find_entries, read_entries
from mlready.terminal.browsing import browsing_screens as screens
from mlready.terminal.browsing.listings import ENTER, STEPS, choose, opened_by, show_listing
from mlready.terminal.browsing.walking import BACK, LEAVES, QUITS, Place, Walk, stop
from mlready.terminal.editor.drafts import Draft, edited
from mlready.terminal.editor.line_editor import edit_text
from mlready.terminal.keyboard import END, ESCAPE, INTERRUPT, SUSPEND

if TYPE_CHECKING:
    from mlready.store.reading import Reader
    from mlready.study.day import StudyDay
    from mlready.terminal.window import Window

_ENDS: Final = frozenset((END, ESCAPE, "\x04"))  # Ctrl-D


def browse_topic(window: Window, reader: Reader, day: StudyDay, topic: str) -> None:
    """Show a topic, and let the learner walk from it to others and to cards.

    Args:
        window: to show it in.
        reader: the store.
        day: today.
        topic: a topic of the day.

    Raises:
        KeyboardInterrupt: the learner wants to quit.
    """
    Walk(window, reader, read_atlas(reader, day, clock.now_ms())).go(Place(topic))


def search(window: Window, reader: Reader, day: StudyDay) -> None:
    """Let the learner search topics and questions, and walk from what is found.

    Args:
        window: to show it in.
        reader: the store.
        day: today.

    Raises:
        KeyboardInterrupt: the learner wants to quit.
    """
    searching = _Search(window, reader, day)
    if window.display.plain:
        searching.run_in_lines()
    else:
        searching.run()


@dataclass(slots=True)
class _Search:
    """A search that goes on, and how far it is."""

    window: Window
    reader: Reader
    day: StudyDay
    entries: list[Entry] = field(default_factory=list)
    draft: Draft = field(default=Draft())
    results: Results = field(default=Results([], 0))
    chosen: int = 0
    walk: Walk | None = None  # from the first result that is opened on

    def run(self) -> None:
        """Search anew at each key."""
        self._show()
        self.entries = self._read_entries()  # once, with the field in sight already
        while (key := self.window.read_written()) not in _ENDS:
            if key == INTERRUPT:
                raise KeyboardInterrupt
            if key in ENTER and self.results.best:
                if not self._open():
                    return
            else:
                self._press(key)
            self._show()

    def _press(self, key: str) -> None:
        if key == SUSPEND:
            stop(self.window)
        elif key in STEPS:
            last = max(len(self.results.best) - 1, 0)
            self.chosen = max(0, min(self.chosen + STEPS[key], last))
        elif key not in ENTER:
            before = self.draft.text
            self.draft = edited(self.draft, key, longest=MOST_LETTERS)
            if self.draft.text != before:
                self._find(self.draft.text)

    def _show(self) -> None:
        show_listing(
            self.window,
            lambda look: screens.search(self.draft, self.results, self.chosen, look),
        )

    def _find(self, words: str) -> None:
        self.results = find_entries(self.entries, words)
        self.chosen = 0

    def _open(self) -> bool:
        """Go to the chosen result; whether to go on searching afterwards."""
        entry = self.results.best[self.chosen]
        if self.walk is None:
            atlas = read_atlas(self.reader, self.day, clock.now_ms())
            self.walk = Walk(self.window, self.reader, atlas)
        return self.walk.go(Place(entry.name if entry.card_id is None else entry.card_id))

    def _read_entries(self) -> list[Entry]:
        """All that can be found, but for what another program added since the day was read."""
        return [
            entry
            for entry in read_entries(self.reader)
            if (
                entry.name in self.day.topics
                if entry.card_id is None
                else entry.card_id in self.day.cards
            )
        ]

    # --- where nothing is drawn anew ----------------------------------------------------

    def run_in_lines(self) -> None:
        """Ask for words, list what has them, ask what to open, and again."""
        self.entries = self._read_entries()
        goes_on = True
        while goes_on:
            words = edit_text(self.window, screens.ask_for_words, longest=MOST_LETTERS)
            if words is None or not words.strip():
                return
            self._find(words)
            goes_on = self._choose_in_lines()

    def _choose_in_lines(self) -> bool:
        """Let the learner open what was found; whether to search again."""
        self._list()
        while (key := self.window.read()) not in LEAVES | BACK:
            if key in QUITS:
                raise KeyboardInterrupt
            if key == "/":
                return True
            count = len(self.results.best)
            chosen = choose(key, self.chosen, count, plain=True) if count else None
            opened = opened_by(key, self.chosen, count, plain=True)
            if chosen is not None:
                self.chosen = chosen
            elif opened is not None:
                self.chosen = opened
                if not self._open():
                    return False
            else:
                continue
            self._list()
        return False

    def _list(self) -> None:
        show_listing(
            self.window, lambda look: screens.plain_results(self.results, self.chosen, look)
        )
