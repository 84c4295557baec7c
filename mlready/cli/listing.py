"""`mlready list`: topics or cards, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import deck_option, json_option, open_deck, print_json
from mlready.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command("list")
@click.argument("what", type=click.Choice(["topics", "cards"]), default="topics")
@click.option("--phase", type=int, metavar="N", help="Only this phase.")
@click.option("--standing", metavar="WORD", help="Only topics that are e.g. unlocked, known.")
@deck_option
@json_option
def command(
    what: str, phase: int | None, standing: str | None, deck: Path, *, as_json: bool
) -> None:
    """List topics (default) or cards in the order of study, a line each.

    Columns are separated by tabs: for topics their standing, id, phase, number of cards and title; for cards
    their state, key, kind and level.
    """
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.naming import read_card_names  # noqa: PLC0415
    from mlready.study.overview import topic_standings  # noqa: PLC0415
    from mlready.terminal.wording import STATE_NAMES  # noqa: PLC0415
    from scheduler.memory import State  # noqa: PLC0415

    reader = open_deck(deck).reader
    now = clock.now_ms()
    day = read_day(reader, now, clock.local_zone())
    if phase is not None and not 1 <= phase <= len(day.phases):
        raise UsageError(f"there is no phase {phase}", f"phases run from 1 to {len(day.phases)}")
    standings = topic_standings(day, dict(day.plan(now).locked))
    topics = [
        topic
        for topic in day.topics.values()
        if phase in {None, topic.phase} and standing in {None, standings[topic.id]}
    ]
    rows: list[dict[str, object]] = []
    if what == "topics":
        counts: dict[str, int] = {}
        for card in day.cards.values():
            counts[card.topic] = counts.get(card.topic, 0) + 1
        for topic in topics:
            shown = {"standing": standings[topic.id], "id": topic.id, "phase": topic.phase}
            rows.append(shown | {"cards": counts.get(topic.id, 0), "title": topic.title})
    else:
        chosen = {topic.id for topic in topics}
        for name in read_card_names(reader):
            if name.topic in chosen:
                held = day.cards[name.card_id]
                state = "suspended" if held.suspended else STATE_NAMES[State(held.state)]
                key = f"{name.key}#{name.ordinal}" if name.ordinal > 1 else name.key
                rows.append({"state": state, "key": key, "kind": name.kind, "level": name.level})
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("\t".join(str(value) for value in row.values()))
