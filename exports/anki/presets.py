"""Deck options and descriptions: how the decks of a package are meant to be studied.

Options arrive only if the learner ticks "Import any deck presets", and never twice: Anki
leaves a preset that it has alone.
"""

from collections.abc import Mapping
from typing import Any

from exports.anki.identity import deck_name, phase_labels, preset_id
from exports.anki.notetypes import CHANGED
from exports.html import escape
from exports.records import ExportDeck, ExportProgress

RETIRED_PART = "retired"

# Anki's numbers for its choices.
_LOWEST_POSITION_FIRST = 1
_AS_GATHERED = 1
_ONLY_TAG_LEECHES = 1


def deck_preset(deck: ExportDeck) -> Mapping[str, Any]:
    """Return the options of `deck`: the learner's numbers, if progress goes along.

    New cards come by position, whatever subdeck they are in, and not in order of their
    template, so that foundations come first and a note's cards together.
    """
    options = _options(preset_id(deck), deck_name(deck))
    return _as_learnt(options, deck.progress) if deck.progress else options


def retired_preset(deck: ExportDeck) -> Mapping[str, Any]:
    """Return the options of the deck for notes that are no more: none of them is new to anyone."""
    name = f"{deck_name(deck)} (retired)"
    options = _options(preset_id(deck, RETIRED_PART), name)
    return options | {"new": options["new"] | {"perDay": 0}}


def deck_description(deck: ExportDeck) -> str:
    """Return, as HTML, what the deck is and how to study it."""
    labels = ", ".join(map(escape, phase_labels(deck)))
    return _paragraphs(
        escape(deck.description),
        f"Study this deck as a whole, not a phase by itself: {labels}. New cards then come in"
        " the order in which they rest on one another.",
        "Switch FSRS on in the options. If they do not say so already, set <i>New card gather"
        " order</i> to <i>Ascending position</i> and <i>New card sort order</i> to <i>Order"
        " gathered</i>; or import the package with <i>Import any deck presets</i> ticked.",
        "Tags find cards in Browse: <code>tag:mlready::topic::…</code> those of a topic,"
        " <code>tag:mlready::prereq::…</code> those that rest on it,"
        " <code>tag:mlready::retired</code> those that the deck has no more.",
    )


def phase_descriptions(deck: ExportDeck) -> list[str]:
    """Return, as HTML, what each phase is."""
    total = len(deck.phases)
    whole = escape(deck_name(deck))
    return [
        _paragraphs(
            f"Phase {number} of {total}: {escape(title)}.",
            f"Study <b>{whole}</b>, not this deck by itself"
            + (": its cards rest on those of the phases before." if number > 1 else "."),
        )
        for number, title in enumerate(deck.phases, start=1)
    ]


def retired_description() -> str:
    """Return, as HTML, what the deck of notes that are no more is."""
    return _paragraphs(
        "Cards that the deck once had and has no more. Who learnt them keeps them; nobody needs"
        " to start. They can be suspended or deleted."
    )


def _options(identity: int, name: str) -> dict[str, Any]:
    """Return Anki's own defaults but for the order of new cards."""
    return {
        "id": identity,
        "name": name,
        "mod": CHANGED,
        "usn": -1,
        "maxTaken": 60,
        "autoplay": True,
        "timer": 0,
        "replayq": True,
        "dyn": False,
        "desiredRetention": 0.9,
        "newGatherPriority": _LOWEST_POSITION_FIRST,
        "newSortOrder": _AS_GATHERED,
        "new": {
            "bury": False,
            "delays": [1.0, 10.0],
            "initialFactor": 2500,
            "ints": [1, 4, 0],
            "order": 1,
            "perDay": 20,
        },
        "rev": {
            "bury": False,
            "ease4": 1.3,
            "hardFactor": 1.2,
            "ivlFct": 1.0,
            "maxIvl": 36500,
            "perDay": 200,
        },
        "lapse": {
            "delays": [10.0],
            "leechAction": _ONLY_TAG_LEECHES,
            "leechFails": 8,
            "minInt": 1,
            "mult": 0.0,
        },
    }


def _as_learnt(options: dict[str, Any], progress: ExportProgress) -> dict[str, Any]:
    new = {"delays": _minutes(progress.learning_steps), "perDay": progress.new_per_day}
    rev = {"maxIvl": progress.maximum_interval, "perDay": progress.reviews_per_day}
    lapse = {
        "delays": _minutes(progress.relearning_steps),
        "leechFails": progress.leech_threshold,
    }
    return options | {
        "desiredRetention": progress.desired_retention,
        "fsrsParams6": list(progress.parameters),
        "new": options["new"] | new,
        "rev": options["rev"] | rev,
        "lapse": options["lapse"] | lapse,
    }


def _minutes(steps: tuple[int, ...]) -> list[float]:
    return [seconds / 60 for seconds in steps]


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts if text)
