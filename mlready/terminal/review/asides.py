"""What keys do beside the review of a card: other screens, the editor, the browser, a stop."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlready import clock
from mlready.store.flags import flags_of
from mlready.store.reading import CARD_REVIEWS, read_card
from mlready.study.news import SEEN, last_seen, read_changes
from mlready.terminal.display import Screen
from mlready.terminal.keyboard import END, INTERRUPT
from mlready.terminal.review.actions import look_beneath
from mlready.terminal.review.state import Quit
from mlready.terminal.review.view import say, screen
from mlready.terminal.terminal_modes import stop_for_now, usual_keys
from mlready.terminal.wording import flags_in_words
from scheduler.diagnosis import keeps_lapsing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from mlready.terminal.review.state import ReviewState, ShownCard

END_OF_INPUT = "\x04"  # Ctrl-D
ENDS = {INTERRUPT, END_OF_INPUT, END}


@contextmanager
def _aside(state: ReviewState, shown: ShownCard) -> Iterator[None]:
    """Other screens for a while: then the card is back as it was, and the time was no study."""
    begun = clock.seconds()
    shown.remark = ""
    try:
        with state.window.set_aside():
            yield
    finally:
        shown.since += clock.seconds() - begun


def _until_any_key(state: ReviewState, shown: ShownCard, parts: list[RenderableType]) -> None:
    from mlready.terminal.review.aside_screens import any_key  # noqa: PLC0415 - only when asked for

    with _aside(state, shown):
        state.window.show(lambda _look: Screen([], parts, [any_key()]))
        if state.window.read() in ENDS:
            raise Quit


def explain_keys(state: ReviewState, shown: ShownCard) -> None:
    """List all keys."""
    from mlready.terminal.review.aside_screens import help_screen  # noqa: PLC0415

    _until_any_key(state, shown, help_screen())


def inform(state: ReviewState, shown: ShownCard) -> None:
    """Show the card's schedule and history, and what is weak beneath it."""
    from mlready.terminal.review.aside_screens import information  # noqa: PLC0415

    card = shown.card
    history = state.progress.reader.rows(CARD_REVIEWS, {"card_id": card.card_id})
    lapsing = keeps_lapsing(shown.memory.lapses)
    beneath = look_beneath(state, card).facts if lapsing else []
    facts = information(card, shown.memory, history, state.session.day, beneath)
    _until_any_key(state, shown, facts)


def flag(state: ReviewState, shown: ShownCard) -> None:
    """Let the learner flag the card as wrong or unclear."""
    from mlready.terminal.review.flagging import flag_card  # noqa: PLC0415

    with _aside(state, shown):
        said = flag_card(state.window, state.progress, shown.card, clock.now_ms())
        shown.remark = said
        shown.marks = read_marks(state, shown)


def read_marks(state: ReviewState, shown: ShownCard) -> tuple[str, ...]:
    """What else to say of a card beside its kind: that it is flagged."""
    found = flags_in_words(flags_of(state.progress.reader, shown.card.card_id))
    return (found,) if found else ()


def search(state: ReviewState, shown: ShownCard) -> None:
    """Search cards and topics."""
    from mlready.terminal.browsing.browsing import search as look_for  # noqa: PLC0415

    with _aside(state, shown):
        look_for(state.window, state.progress.reader, state.session.day)


def browse(state: ReviewState, shown: ShownCard) -> None:
    """Open the card's topic."""
    from mlready.terminal.browsing.browsing import browse_topic  # noqa: PLC0415

    with _aside(state, shown):
        browse_topic(state.window, state.progress.reader, state.session.day, shown.card.topic)


def view(state: ReviewState, shown: ShownCard) -> None:
    """Show the card typeset in the browser."""
    from mlready.terminal.typeset.card_pages import open_page  # noqa: PLC0415

    topic = state.session.day.topics[shown.card.topic].title
    revealed = shown.is_revealed
    say(state, shown, open_page(shown.card, state.progress.deck, topic=topic, revealed=revealed))


def open_source(state: ReviewState, shown: ShownCard) -> None:
    """Open what the card cites, or say what that is."""
    from mlready.terminal.review.sources import open_source as open_it  # noqa: PLC0415

    say(state, shown, open_it(shown.card))


def write(state: ReviewState, shown: ShownCard) -> None:
    """Let the learner write an answer."""
    from mlready.terminal.editor.typed_answers import type_answer  # noqa: PLC0415 - only if asked for

    shown.remark = ""
    with state.window.set_aside(redrawn=False):
        shown.typed = type_answer(
            state.window, lambda look: screen(state, shown, look), shown.draft
        )
    shown.is_written = True
    if shown.typed is None:
        say(state, shown, "Nothing written: space shows the answer")
    else:
        state.drafts[shown.card.card_id] = shown.typed


def stop(state: ReviewState, shown: ShownCard) -> None:
    """What Ctrl-Z does."""
    with _aside(state, shown), state.display.handed_over():
        stop_for_now()


def edit(state: ReviewState, shown: ShownCard) -> bool:
    """Let the learner edit the question; whether that took it out of the deck.

    Raises:
        MlreadyError: it cannot be edited, or the editor failed and left the file as it was.
    """
    from mlready.terminal.review import editing  # noqa: PLC0415 - only when asked for

    card, progress = shown.card, state.progress
    editing.refuse_installed(progress.deck)
    begun = clock.seconds()
    try:
        with state.display.handed_over(), usual_keys():
            was_saved = editing.edit_file(progress.deck / card.path, card.line)
    finally:
        shown.since += clock.seconds() - begun  # writing is not studying
    looked_at_all = not read_changes(progress.reader, last_seen(progress.reader))
    report = progress.sync(clock.now_ms())
    if looked_at_all:
        _see_own_edit(state)
    state.reload()
    edited = read_card(progress.reader, card.card_id)
    if edited is None:
        state.notices.append(f"{card.card_key} is gone from the deck; its history is kept")
        return True
    shown.take_edit(edited)
    say(state, shown, editing.describe_edit(report, card.path, was_saved=was_saved))
    return False


def _see_own_edit(state: ReviewState) -> None:
    """What the learner has just written is no news."""
    reader = state.progress.reader
    changes = read_changes(reader, last_seen(reader))
    if changes:
        state.progress.writer().set_setting(SEEN, str(changes[-1].change_id))
