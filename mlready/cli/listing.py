"""`mlready list`: topics or cards, a line each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from mlready import clock
from mlready.cli.options import deck_option, json_option, open_deck, print_json
from mlready.errors import UsageError

STANDINGS = ("known", "learned", "started", "unlocked", "locked", "closed", "empty")

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.store.reading import TopicRow
    from mlready.study.day import StudyDay
    from mlready.study.naming import CardName
    from mlready.study.overview import Standing


@click.command("list")
@click.argument("what", type=click.Choice(["topics", "cards"]), default="topics")
@click.option("--phase", type=int, metavar="N", help="Only this phase.")
@click.option("--standing", type=click.Choice(STANDINGS), help="Only topics that stand so.")
@deck_option
@json_option
def command(
    what: str, phase: int | None, standing: Standing | None, deck: Path, *, as_json: bool
) -> None:
    """List topics (default) or cards in the order of study, a line each.

    Columns are separated by tabs: for topics their standing, id, phase, number of cards and title;
    for cards their state, key, kind and level.
    """
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.naming import read_card_names  # noqa: PLC0415
    from mlready.study.overview import topic_standings  # noqa: PLC0415

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
    rows = (
        _topic_rows(day, topics, standings)
        if what == "topics"
        else _card_rows(day, read_card_names(reader), {topic.id for topic in topics})
    )
    if as_json:
        print_json(rows)
        return
    for row in rows:
        line = "\t".join(map(str, row.values())) if what == "topics" else _card_line(row)
        click.echo(line)


def _topic_rows(
    day: StudyDay, topics: list[TopicRow], standings: dict[str, Standing]
) -> list[dict[str, object]]:
    counts = Counter(card.topic for card in day.cards.values())
    return [
        {
            "standing": standings[topic.id],
            "id": topic.id,
            "phase": topic.phase,
            "cards": counts[topic.id],
            "title": topic.title,
        }
        for topic in topics
    ]


def _card_rows(day: StudyDay, names: list[CardName], topics: set[str]) -> list[dict[str, object]]:
    from mlready.study.overview import schedule_of  # noqa: PLC0415

    return [
        {"key": name.card_key, "kind": name.kind, "level": name.level}
        | schedule_of(day, name.card_id)
        for name in names
        if name.topic in topics
    ]


def _card_line(row: dict[str, object]) -> str:
    state = "suspended" if row["suspended"] else row["state"]
    return "\t".join(str(value) for value in (state, row["key"], row["kind"], row["level"]))
