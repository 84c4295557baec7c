"""Notes that were made elsewhere, and ask what questions of ours ask."""

from __future__ import annotations

import json
from collections import defaultdict
from math import log
from typing import TYPE_CHECKING, Final, NamedTuple

from exports.anki.identity import guid_of
from mlready.content.sameness import (
    EXACT,
    compare,
    content_words,
    strip_html,
    text_of_documents,
    text_of_fields,
)
from mlready.store.anki_matching import ADOPTIONS, NOTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from exports.anki.histories import AnkiHistory, AnkiNote
    from mlready.content.sameness import Text
    from mlready.store.reading import Reader

QUESTIONS = "SELECT note_id, key, is_cloze, body FROM contents ORDER BY position"
_MARGIN: Final = 0.1  # by which the best has to be better than the next
_MARGIN_OF_EXACT: Final = 0.03  # where both ask the same word for word, and the answers decide
_LEAST: Final = 0.7
_NEAREST: Final = 12  # questions that a note is compared with
_MOST_RIVALS: Final = 3
_MOST_TEXT: Final = 200  # characters of a note's text that are shown


class Proposal(NamedTuple):
    """A note from elsewhere that seems to be one of ours.

    Attributes:
        guid: what Anki knows the note by.
        text: what it asks, in short.
        note_id: which note of ours it is.
        key: the question's key.
        sureness: from 0 to 1; from `EXACT` on, it asks the same word for word.
    """

    guid: str
    text: str
    note_id: int
    key: str
    sureness: float

    @property
    def is_exact(self) -> bool:
        """Whether it asks the same word for word."""
        return self.sureness >= EXACT


class Foreign(NamedTuple):
    """A note from elsewhere that stays so.

    Attributes:
        guid: what Anki knows the note by.
        text: what it asks, in short.
        deck: where it is.
        rivals: keys between which it could not be decided; empty where nothing is alike.
    """

    guid: str
    text: str
    deck: str
    rivals: tuple[str, ...]


class Proposals(NamedTuple):
    """What could be adopted, surest first, and what could not."""

    found: list[Proposal]
    left: list[Foreign]

    def adopted(self) -> dict[str, int]:
        """Notes of ours by the guids to adopt."""
        return {proposal.guid: proposal.note_id for proposal in self.found}


class _Question(NamedTuple):
    note_id: int
    key: str
    text: Text


def propose_adoptions(
    reader: Reader,
    history: AnkiHistory,
    deck_id: str,
    watch: Callable[[Sequence[AnkiNote]], Iterable[AnkiNote]] = iter,
) -> Proposals:
    """Find notes from elsewhere that ask what questions of ours ask.

    Each is matched at most once, and only where nothing else comes near: a wrong match would give
    a card the reviews of another.

    Args:
        reader: the store.
        history: what Anki knows.
        deck_id: the deck.
        watch: sees each note as it is compared.
    """
    adopted = {str(guid): int(note_id) for guid, note_id in reader.rows(ADOPTIONS)}
    ours = {guid_of(deck_id, first_key) for _, first_key in reader.rows(NOTES)}
    taken = set(adopted.values())
    questions = [q for q in _read_questions(reader) if q.note_id not in taken]
    with_cards = {card.note_id for card in history.cards}
    foreign = [
        note
        for note in history.notes
        if note.guid and note.guid not in ours and note.guid not in adopted
        if note.id in with_cards
    ]
    return _decide(foreign, _Index(questions), history, watch)


def _read_questions(reader: Reader) -> Iterable[_Question]:
    for note_id, key, is_cloze, body in reader.rows(QUESTIONS):
        prompt, answer, _ = json.loads(body)
        text = text_of_documents(prompt, answer, is_cloze=bool(is_cloze))
        yield _Question(int(note_id), str(key), text)


class _Index:
    """Questions by the words they have in common with a text."""

    def __init__(self, questions: list[_Question]) -> None:
        self.questions = questions
        self.words: dict[str, list[int]] = defaultdict(list)
        for number, question in enumerate(questions):
            for word in set(content_words(question.text.prompt) or question.text.prompt):
                self.words[word].append(number)

    def near(self, text: Text) -> list[tuple[float, _Question]]:
        """The questions that may ask the same, with how sure that is, surest first."""
        weights: dict[int, float] = defaultdict(float)
        for word in set(content_words(text.prompt) or text.prompt):
            holders = self.words.get(word, [])
            for number in holders:
                weights[number] += log(1 + len(self.questions) / len(holders))
        best = sorted(weights, key=lambda number: (-weights[number], number))[:_NEAREST]
        found = [(compare(text, self.questions[n].text), self.questions[n]) for n in best]
        return sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])


def _decide(
    foreign: list[AnkiNote],
    index: _Index,
    history: AnkiHistory,
    watch: Callable[[Sequence[AnkiNote]], Iterable[AnkiNote]],
) -> Proposals:
    """Match where the one is the other's best, and stands out, from both sides."""
    near: dict[int, list[tuple[float, _Question]]] = {}
    wooers: dict[int, list[float]] = defaultdict(list)
    for note in watch(foreign):
        near[note.id] = index.near(text_of_fields([html for _, html in note.fields]))
        for sureness, question in near[note.id]:
            wooers[question.note_id].append(sureness)
    for ranked in wooers.values():
        ranked.sort(reverse=True)
    decks = {card.note_id: card.deck for card in reversed(history.cards)}
    proposals = Proposals([], [])
    for note in foreign:
        ranking = near[note.id]
        if _stands_out([sureness for sureness, _ in ranking]):
            sureness, question = ranking[0]
            others = wooers[question.note_id]
            if sureness == others[0] and _stands_out(others):
                match = Proposal(note.guid, _show(note), question.note_id, question.key, sureness)
                proposals.found.append(match)
                continue
        rivals = tuple(question.key for _, question in ranking[:_MOST_RIVALS])
        proposals.left.append(Foreign(note.guid, _show(note), decks[note.id], rivals))
    proposals.found.sort(key=lambda proposal: (-proposal.sureness, proposal.key))
    return proposals


def _show(note: AnkiNote) -> str:
    """What a note asks, in one short line."""
    first = note.fields[0][1] if note.fields else ""
    text = " ".join(strip_html(first).split())
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"


def _stands_out(ranked: Sequence[float]) -> bool:
    """Whether the surest of all is sure enough, and the next far enough behind."""
    if not ranked or ranked[0] < _LEAST:
        return False
    if len(ranked) == 1:
        return True
    if ranked[0] >= EXACT > ranked[1]:
        return True
    return ranked[0] - ranked[1] >= (_MARGIN_OF_EXACT if ranked[0] >= EXACT else _MARGIN)
