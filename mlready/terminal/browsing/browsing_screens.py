"""The screens of search, topics and cards that are only read: values in, renderables out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from mlready.terminal.browsing.listings import AT_ONCE, Listing, keys_line, marks_of
from mlready.terminal.display import Screen
from mlready.terminal.documents.document_view import Hanging, clean
from mlready.terminal.editor.line_editor import editing_line, text_field
from mlready.terminal.reports import overview_screens
from mlready.terminal.review import screens
from mlready.terminal.wording import flags_in_words, plural, schedule_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from mlready.mathtext.rendering import Form
    from mlready.store.flags import OpenFlag
    from mlready.store.reading import CardContent
    from mlready.study.atlas import Atlas
    from mlready.study.searching import Entry, Results
    from mlready.terminal.display import Look
    from mlready.terminal.editor.drafts import Draft
    from scheduler.memory import Memory

# How a formula is written where there is one line for it.
_ON_ONE_LINE: Final[dict[Form, Form]] = {"unicode": "linear", "linear": "linear", "ascii": "ascii"}


# --- a topic ---------------------------------------------------------------------------


def entries_of(atlas: Atlas, topic: str) -> list[str | int]:
    """What can be opened from a topic, in the order of its screen: topics, and cards by id."""
    view = atlas.view(topic)
    cards = [card.card_id for card in view.cards]
    return [*view.row.prerequisites, *view.dependents, *cards]


def topic(atlas: Atlas, name: str, chosen: int, look: Look) -> Listing:
    """A topic: why it matters, what it rests on, what rests on it, its cards."""
    view = atlas.view(name)
    count = len(entries_of(atlas, name))
    marks = marks_of(count, chosen, look)
    day = atlas.day
    cards = [
        (card.card_key, schedule_in_words(day.cards[card.card_id], day.day)) for card in view.cards
    ]
    parts = overview_screens.topic(
        view.row,
        atlas.titles(),
        atlas.standings,
        view.dependents,
        view.waits_for,
        cards,
        in_goal=view.in_goal,
        marks=marks,
        plain=look.plain,
    )
    places = [number for number, part in enumerate(parts) if _is_entry(part, marks)]
    if look.plain:
        return Listing([], _group(parts, places, chosen), [_plain_keys(count, look)])
    keys = [("enter", "open"), ("↑ ↓", "choose"), ("b", "back"), ("q", "leave")]
    foot = keys_line(keys if count else keys[2:], look)
    # Its name stays in sight.
    head, body = parts[:_NAMES_IT], parts[_NAMES_IT:]
    place = places[chosen] - _NAMES_IT if places else None
    return Listing(head, body, [foot], place, is_first=not chosen)


_NAMES_IT: Final = 3  # parts: its title, where it stands, and a blank line


def _is_entry(part: RenderableType, marks: Sequence[str]) -> bool:
    return isinstance(part, Hanging) and part.marker in marks


def _group(parts: list[RenderableType], places: Sequence[int], chosen: int) -> list[RenderableType]:
    """Where lines are not drawn anew: all of it first, then only what digits open now."""
    first = chosen - chosen % AT_ONCE
    return [parts[place] for place in places[first : first + AT_ONCE]] if first else parts


def _plain_keys(count: int, look: Look) -> Text:
    keys = [("1 to 9", "open")] if count else []
    if count > AT_ONCE:
        keys.append(("n", "the next nine"))
    return keys_line([*keys, ("b", "back"), ("q", "leave")], look)


# --- a card ----------------------------------------------------------------------------


def card(
    content: CardContent,
    memory: Memory,
    atlas: Atlas,
    flags: Sequence[OpenFlag],
    look: Look,
    *,
    revealed: bool,
) -> Screen:
    """A card to read: nothing is rated, and one that comes today says so."""
    tags = [schedule_in_words(atlas.day.cards[content.card_id], atlas.day.day)]
    tags += [text] if (text := flags_in_words(flags)) else []
    line = Text(clean(content.card_key), "name").append(f"  {' · '.join(tags)}", "quiet")
    head: list[RenderableType] = [Hanging("", "  ", [line])]
    if content.card_id in atlas.planned:
        head.append(Text(_COMES_TODAY, "notice"))
    body = screens.question(content, memory, look, revealed=revealed)
    body += screens.answer(content, look) if revealed else []
    keys = [("t", "its topic"), ("b", "back"), ("q", "leave")]
    if not revealed:
        keys.insert(0, ("space", "answer"))
    return Screen([*head, Text("")], body, [keys_line(keys, look)])


_COMES_TODAY = "It comes up today: reading its answer now would spoil that."


def gone(look: Look) -> Screen:
    """A card that was in the deck a moment ago."""
    text = Text("The deck has it no more; its history is kept.", "notice")
    return Screen([], [text], [keys_line([("b", "back"), ("q", "leave")], look)])


# --- search ----------------------------------------------------------------------------


def ask_for_words(look: Look, draft: Draft) -> Screen:
    """What is searched for, where it is written on a line of its own."""
    head = [Text(_SEARCH, "name"), Text("")]
    return Screen(head, text_field(draft, look), [editing_line(look)])


def search(draft: Draft, results: Results, chosen: int, look: Look) -> Listing:
    """What is searched for, and what was found so far."""
    written = text_field(draft, look, height=1)
    head: list[RenderableType] = [Text(_SEARCH, "name"), *written, Text("")]
    if not draft.text.strip():
        hints = [Hanging("", "", [Text(hint, "quiet")]) for hint in _HINTS]
        return Listing(head, hints, [keys_line([("esc", "leave")], look)])
    body = found(results, chosen, look)
    keys = [("enter", "open"), ("↑ ↓", "choose"), ("esc", "leave")]
    foot = [_count(results), keys_line(keys if results.total else keys[2:], look)]
    return Listing(head, body, foot, chosen if results.best else None, stays=written)


_SEARCH: Final = "Search topics and questions"
_HINTS: Final = (
    "Every word must occur in the title, the key or the text; beginnings will do.",
    "Case and accents do not matter. Formulas are found by their TeX or their signs.",
)


def found(results: Results, chosen: int, look: Look) -> list[RenderableType]:
    """The entries that were found, a line each; in lines only, those that digits open."""
    if not look.plain:
        return [
            _entry(entry, "> " if number == chosen else "  ", look)
            for number, entry in enumerate(results.best)
        ]
    marks = marks_of(len(results.best), chosen, look)
    lines = [_entry(entry, mark, look) for entry, mark in zip(results.best, marks, strict=True)]
    first = chosen - chosen % AT_ONCE
    return lines[first : first + AT_ONCE]


def plain_results(results: Results, chosen: int, look: Look) -> Listing:
    """What was found, where lines are not drawn anew."""
    keys = [("1 to 9", "open")] if results.total else []
    if len(results.best) > AT_ONCE:
        keys.append(("n", "the next nine"))
    foot = keys_line([*keys, ("/", "search again"), ("q", "leave")], look)
    return Listing([_count(results), Text("")], found(results, chosen, look), [foot])


def _count(results: Results) -> Text:
    if not results.total:
        return Text("Nothing has all these words.", "notice")
    text = f"{plural(results.total, 'topic or question', 'topics and questions')}"
    if results.total > len(results.best):
        text += f", of which the best {len(results.best)} are listed"
    return Text(text, "quiet")


def _entry(entry: Entry, mark: str, look: Look) -> RenderableType:
    line = Text(no_wrap=not look.plain, overflow="fold" if look.plain else "ellipsis")
    if not look.plain:
        line.append(mark)
    if entry.card_id is None:
        line.append("Topic: ").append_text(snippet(entry, look)).append(f"  {entry.name}", "quiet")
    else:
        line.append(entry.name, "name").append("  ").append_text(snippet(entry, look))
    return Hanging(mark, "     ", [line]) if look.plain else line


def snippet(entry: Entry, look: Look) -> Text:
    """What an entry asks, or its title, on one line; holes stay holes."""
    from mlready.mathtext.rendering import render_inline  # noqa: PLC0415 - if there is a formula

    form = _ON_ONE_LINE.get(look.mathematics, look.mathematics)
    text = Text()
    for kind, content in entry.shown:
        if kind == "hole":
            text.append("[…]", "hole")
        elif kind == "formula":
            box = render_inline(content, form)
            fits = box.height == 1 and box.rows[0].strip()
            row = box.rows[0] if fits else " ".join(content.split())
            text.append(clean(row), "math")
        else:
            text.append(clean(content))
    text.rstrip()
    return text
