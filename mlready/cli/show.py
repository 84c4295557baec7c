"""`mlready show`: a topic, or a question with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import (
    complete_names,
    deck_option,
    json_option,
    open_deck,
    plain_option,
    print_json,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.store.reading import CardContent, Reader
    from mlready.study.day import StudyDay
    from mlready.terminal.display import Display


@click.command("show")
@click.argument("name", metavar="TOPIC|KEY", shell_complete=complete_names)
@deck_option
@json_option
@plain_option
def command(name: str, deck: Path, *, as_json: bool, plain: bool) -> None:
    """Show a topic, or a question with its answer and schedule."""
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415

    reader = open_deck(deck).reader
    now = clock.now_ms()
    day = read_day(reader, now, clock.local_zone())
    if name in day.topics:
        _show_topic(reader, day, name, now, None if as_json else Display(plain=plain))
    else:
        _show_question(reader, day, name, None if as_json else Display(plain=plain))


def _show_topic(
    reader: Reader, day: StudyDay, name: str, now: int, display: Display | None
) -> None:
    from mlready.study.naming import read_card_names  # noqa: PLC0415
    from mlready.study.overview import schedule_of, topic_standings  # noqa: PLC0415
    from mlready.terminal import overview_screens  # noqa: PLC0415

    row = day.topics[name]
    locked = dict(day.plan(now).locked)
    standings = topic_standings(day, locked)
    mine = [card for card in read_card_names(reader) if card.topic == name]
    cards = [(card.card_key, _due(day, card.card_id)) for card in mine]
    dependents = day.graph.dependents[name]
    if display is None:
        fields = row._asdict() | {
            "standing": standings[name],
            "in_goal": name in day.path.goal,
            "dependents": list(dependents),
        }
        schedules = [{"key": c.card_key, **schedule_of(day, c.card_id)} for c in mine]
        print_json(fields | {"waits_for": list(locked.get(name, ())), "cards": schedules})
        return
    titles = {topic.id: topic.title for topic in day.topics.values()}
    missing = locked.get(name, ())
    in_goal = name in day.path.goal
    display.print(
        overview_screens.topic(row, titles, standings, dependents, missing, cards, in_goal=in_goal)
    )


def _due(day: StudyDay, card_id: int) -> str:
    from mlready.terminal.wording import STATE_NAMES, due_in_words  # noqa: PLC0415
    from scheduler.memory import State  # noqa: PLC0415

    card = day.cards[card_id]
    if card.suspended:
        return "suspended"
    if card.due_day is not None:
        return f"due {due_in_words(card.due_day, day.day)}"
    return STATE_NAMES[State(card.state)]


def _show_question(reader: Reader, day: StudyDay, name: str, display: Display | None) -> None:
    from rich.text import Text  # noqa: PLC0415

    from mlready.store.reading import read_card  # noqa: PLC0415
    from mlready.study.naming import find_cards  # noqa: PLC0415
    from mlready.study.overview import schedule_of  # noqa: PLC0415
    from mlready.terminal import review_screens as screens  # noqa: PLC0415
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
        place = f"{card.card_key}, {_due(day, card.card_id)}; {card.path}:{card.line}"
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
