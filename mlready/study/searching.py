"""Search: topics by title, id and why, questions by key and text; pure but for reading once.

A text matches where it has every word that is searched for, as a part of a word too. What has the
words in its name comes first, then what asks with them, then what answers with them.
"""

from __future__ import annotations

import json
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from mlready.content.document import children_of
from mlready.store.reading import Reader, read_topics
from mlready.study.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlready.content.document import Node

MOST_RESULTS: Final = 100
MOST_LETTERS: Final = 200  # of what is searched for; more is no search

# With the text as its author wrote it, which needs no tree to be walked.
TEXTS = """SELECT n.key, n.topic, n.body, i.text,
        (SELECT MIN(l.card_id) FROM live_cards AS l WHERE l.note_id = n.note_id AND l.ordinal =
            (SELECT MIN(s.ordinal) FROM live_cards AS s WHERE s.note_id = n.note_id))
    FROM contents AS n JOIN notes AS i ON i.note_id = n.note_id
    WHERE EXISTS (SELECT 1 FROM live_cards AS l WHERE l.note_id = n.note_id)
    ORDER BY n.position"""

# What a piece of a prompt is: words, a formula, or a hole, whose filling is not to be shown.
Piece: TypeAlias = tuple[Literal["text", "formula", "hole"], str]


class Entry(NamedTuple):
    """Something that can be found.

    Attributes:
        name: a topic's id, or a question's key.
        card_id: the question's first card; None for a topic.
        shown: a topic's title, or what a question asks, in pieces.
        names: the folded names it goes by.
        about: why a topic matters, or what a question asks; folded.
        text: all there is of it; folded.
    """

    name: str
    card_id: int | None
    shown: tuple[Piece, ...]
    names: str
    about: str
    text: str

    @property
    def shown_text(self) -> str:
        """What is shown, formulas as their TeX."""
        texts = (f"${text}$" if kind == "formula" else text for kind, text in self.shown)
        return " ".join("".join(texts).split())


class Results(NamedTuple):
    """What a search found: the best, and how many there are in all."""

    best: list[Entry]
    total: int


def read_entries(reader: Reader) -> list[Entry]:
    """All that can be found: topics in reading order, then questions in the order of study."""
    entries = []
    for topic in read_topics(reader):
        # A line break is no part of a folded text: it keeps the two names apart.
        names = f"{fold(topic.title)}\n{fold(topic.id)}"
        shown: tuple[Piece, ...] = (("text", topic.title),)
        entries.append(Entry(topic.id, None, shown, names, fold(topic.why), ""))
    decode = json.JSONDecoder().raw_decode
    for key, _, body, text, card_id in reader.rows(TEXTS):
        prompt, _ = decode(body, 1)  # the first of the three documents, and no more
        pieces = tuple(_pieces(prompt))
        about = fold("".join(content for _, content in pieces))
        entries.append(Entry(key, card_id, pieces, fold(key), about, fold(text)))
    return entries


def _pieces(nodes: Sequence[Node]) -> Iterator[Piece]:
    """The pieces of a document in reading order."""
    for node in nodes:
        match node:
            case ["text" | "code", str(text)]:
                yield "text", text
            case ["math" | "display_math", str(tex)]:
                yield "formula", tex
            case ["cloze_math", _, parts]:
                yield from _formula_with_holes(parts)
            case ["cloze", _, _, inner]:
                yield "hole", "".join(content for _, content in _pieces(inner))
            case _:
                yield from _pieces_within(node)


def _formula_with_holes(parts: Sequence[Any]) -> Iterator[Piece]:
    for part in parts:
        if isinstance(part, str):
            yield "formula", part
        else:
            yield "hole", str(part[3])


def _pieces_within(node: Node) -> Iterator[Piece]:
    """The pieces of a node that only holds others, a blank behind a block."""
    match node:
        case ["code_block", _, str(text)] | ["image", _, str(text)]:
            yield "text", f"{text} "
        case ["line_break"]:
            yield "text", " "
        case [tag, *_]:
            yield from _pieces(children_of(node))
            if tag not in _INLINE:
                yield "text", " "


_INLINE: Final = frozenset(("emphasis", "strong", "link"))


def find_entries(entries: Sequence[Entry], words: str, most: int = MOST_RESULTS) -> Results:
    """Find the entries that have all the words.

    Args:
        entries: all there are; those that are as good as each other stay in this order.
        words: what is searched for, apart by blanks.
        most: how many of the best to return.
    """
    phrase = fold(words[:MOST_LETTERS])
    wanted = list(dict.fromkeys(phrase.split()))
    if not wanted:
        return Results([], 0)
    found: list[tuple[int, int]] = []
    for position, entry in enumerate(entries):
        rank = _rank(entry, wanted, phrase)
        if rank is not None:
            found.append((rank, position))
    return Results([entries[position] for _, position in nsmallest(most, found)], len(found))


def _rank(entry: Entry, wanted: Sequence[str], phrase: str) -> int | None:
    """How far an entry is from what was searched for; None where it lacks a word."""
    rank = 0
    for word in wanted:
        for place, text in enumerate((entry.names, entry.about, entry.text)):
            at = text.find(word)
            if at >= 0:
                # The beginning of a word is nearer than its middle.
                rank += 4 * place + (2 if not _begins_a_word(text, word, at) else 1)
                break
        else:
            return None
    if f"\n{phrase}\n" in f"\n{entry.names}\n":
        return rank - 2
    # Not so for questions: all those of a topic begin with its name, and would hide other topics.
    is_begun = entry.card_id is None and f"\n{phrase}" in f"\n{entry.names}"
    return rank - is_begun


def _begins_a_word(text: str, word: str, at: int) -> bool:
    """Whether a word of the text begins with this one, which is first found at a place."""
    for _ in range(_MOST_LOOKED_AT):
        if at < 0:
            return False
        if at == 0 or not text[at - 1].isalnum() or not word[0].isalnum():
            return True
        at = text.find(word, at + 1)
    return False


_MOST_LOOKED_AT: Final = 8  # places; a word found that often is too short to tell texts apart
