"""`mlready show`: a topic, or a question with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import (
    choose_form,
    complete_names,
    deck_option,
    json_option,
    mathematics_options,
    open_deck,
    plain_option,
    print_json,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.mathtext.rendering import Form
    from mlready.store.reading import CardContent, Reader
    from mlready.study.day import StudyDay
    from mlready.terminal.display import Display


@click.command("show")
@click.argument("name", metavar="TOPIC|KEY", shell_complete=complete_names)
@deck_option
@json_option
@plain_option
@mathematics_options
def command(name: str, deck: Path, *, as_json: bool, plain: bool, mathematics: Form | None) -> None:
    """Show a topic, or a question with its answer and schedule."""
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415

    reader = open_deck(deck).reader
    now = clock.now_ms()
    day = read_day(reader, now, clock.local_zone())
    form = choose_form(mathematics, reader)
    display = None if as_json else Display(plain=plain, mathematics=form)
    if name in day.topics:
        _show_topic(reader, day, name, now, display)
    else:
        _show_question(reader, day, name, display)


def _show_topic(
    reader: Reader, day: StudyDay, name: str, now: int, display: Display | None
) -> None:
    from mlready.study.atlas import read_atlas  # noqa: PLC0415
    from mlready.study.overview import schedule_of  # noqa: PLC0415
    from mlready.terminal.reports import overview_screens  # noqa: PLC0415
    from mlready.terminal.wording import schedule_in_words  # noqa: PLC0415

    atlas = read_atlas(reader, day, now)
    view, standings = atlas.view(name), atlas.standings
    if display is None:
        fields = view.row._asdict() | {
            "standing": standings[name],
            "in_goal": view.in_goal,
            "dependents": list(view.dependents),
        }
        schedules = [{"key": c.card_key, **schedule_of(day, c.card_id)} for c in view.cards]
        print_json(fields | {"waits_for": list(view.waits_for), "cards": schedules})
        return
    cards = [
        (card.card_key, schedule_in_words(day.cards[card.card_id], day.day)) for card in view.cards
    ]
    display.print(
        overview_screens.topic(
            view.row,
            atlas.titles(),
            standings,
            view.dependents,
            view.waits_for,
            cards,
            in_goal=view.in_goal,
        )
    )


def _show_question(reader: Reader, day: StudyDay, name: str, display: Display | None) -> None:
    from rich.text import Text  # noqa: PLC0415

    from mlready.store.reading import read_card  # noqa: PLC0415
    from mlready.study.naming import find_cards  # noqa: PLC0415
    from mlready.study.overview import schedule_of  # noqa: PLC0415
    from mlready.terminal.review import screens  # noqa: PLC0415
    from mlready.terminal.wording import schedule_in_words  # noqa: PLC0415
    from scheduler.memory import Memory, State  # noqa: PLC0415

    found = find_cards(reader, name)
    contents = [card for each in found if (card := read_card(reader, each.card_id))]
    if display is None:
        print_json([_as_record(card) | schedule_of(day, card.card_id) for card in contents])
        return
    for card in contents:
        gap = [Text("")] if card is not contents[-1] else []
        reviewed = Memory(state=State.REVIEW)
        parts = screens.question(card, reviewed, display.look, revealed=True)
        parts += screens.answer(card, display.look)
        due = schedule_in_words(day.cards[card.card_id], day.day)
        place = f"{card.card_key}, {due}; {card.path}:{card.line}"
        display.print([*parts, Text(""), Text(place, "quiet"), *gap])


def _as_record(card: CardContent) -> dict[str, object]:
    source = card.source
    return {
        "key": card.card_key,
        "topic": card.topic,
        "kind": card.kind,
        "level": card.level,
        "prompt": card.prompt,
        "answer": card.answer,
        "must_mention": card.must_mention,
        "source": source and {"citation": source.citation, "at": source.at, "url": source.url},
        "path": card.path,
        "line": card.line,
    }
