"""`mlready why`: why a topic is locked, or a card is not in today's plan."""

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

    from mlready.study.day import StudyDay
    from mlready.study.why import CardReason, Chain, TopicReason
    from mlready.terminal.reports.path_screens import Deck


@click.command("why")
@click.argument("name", metavar="TOPIC|KEY", shell_complete=complete_names)
@deck_option
@json_option
@plain_option
def command(name: str, deck: Path, *, as_json: bool, plain: bool) -> None:
    """Show why a topic is locked, or why a card is in today's plan or not.

    For a topic: the chain of what it waits for, down to what can be worked on now. For a card
    that keeps lapsing: the weakest of what it rests on.
    """
    from mlready.study.day import read_day  # noqa: PLC0415
    from mlready.study.naming import find_cards, read_card_names  # noqa: PLC0415
    from mlready.study.why import explain_cards, explain_topic  # noqa: PLC0415
    from mlready.terminal.display import Display  # noqa: PLC0415
    from mlready.terminal.reports import why_screens  # noqa: PLC0415
    from mlready.terminal.reports.path_screens import Deck  # noqa: PLC0415

    reader = open_deck(deck).reader
    now = clock.now_ms()
    day = read_day(reader, now, clock.local_zone())
    keys = {card.card_id: card.card_key for card in read_card_names(reader)}
    shown = Deck(day.topics, keys)
    if name in day.topics:
        reason = explain_topic(day, now, name)
        if as_json:
            print_json(_topic_record(day, shown, reason))
        else:
            Display(plain=plain).print(why_screens.topic_reason(shown, reason))
        return
    reasons = explain_cards(day, now, [card.card_id for card in find_cards(reader, name)])
    if as_json:
        print_json([_card_record(day, shown, each) for each in reasons])
        return
    display = Display(plain=plain)
    for number, each in enumerate(reasons):
        if number:
            display.write("\n")
        display.print(why_screens.card_reason(shown, each, day.day))


def _topic_record(day: StudyDay, deck: Deck, reason: TopicReason) -> dict[str, object]:
    return {
        "topic": reason.topic,
        "title": day.topics[reason.topic].title,
        "standing": reason.standing,
        "ready": reason.gap is None,
        "gap": None if reason.gap is None else reason.gap._asdict(),
        "can_begin": reason.free,
        "suspended": reason.suspended,
        "beyond": reason.beyond._asdict(),
        **_chain_record(deck, reason.chain),
    }


def _chain_record(deck: Deck, chain: Chain) -> dict[str, object]:
    gaps = [{"title": deck.topics[g.topic].title} | g._asdict() for g in chain.gaps.values()]
    return {"waits_for": chain.waits_for, "chain": gaps, "begin_with": chain.begin}


def _card_record(day: StudyDay, deck: Deck, reason: CardReason) -> dict[str, object]:
    from mlready.study.overview import schedule_of  # noqa: PLC0415

    found, postponed = reason.weakness, reason.postponed
    return {
        "key": deck.keys[reason.card.card_id],
        "topic": reason.card.topic,
        **schedule_of(day, reason.card.card_id),
        "retrievability": reason.recall,
        "lapses": reason.card.lapses,
        "keeps_lapsing": reason.lapsing,
        "planning": reason.planning,
        "place": reason.place,
        "postponed": postponed and postponed._asdict(),
        **_chain_record(deck, reason.chain),
        "rests_on": [
            {
                "key": deck.keys[weak.card_id],
                "topic": weak.topic,
                "state": weak.state.name.lower(),
                "suspended": weak.suspended,
                "retrievability": weak.recall,
                "lapses": weak.lapses,
            }
            for weak in (found.roots if found else ())
        ],
        "review_first": [deck.keys[card] for card in (found.first if found else ())],
    }
