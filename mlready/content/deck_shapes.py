"""The shapes of the four kinds of deck file; `docs/deck-format.md` in the form of data."""

from __future__ import annotations

from mlready.content.shapes import Choice, ListOf, MapOf, Record, Text, Whole, Word

KINDS = (
    "definition",
    "statement",
    "derivation",
    "intuition",
    "example",
    "computation",
    "comparison",
    "failure-mode",
)
LEVELS = ("breadth", "depth")

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_SLUG_MEANS = "an id: lower-case letters, digits and single hyphens"


def _slug(doc: str) -> Word:
    return Word(doc, SLUG, _SLUG_MEANS)


_KEY = Word(
    "topic/question, as in hoeffdings-inequality/statement",
    f"{SLUG}/{SLUG}",
    "a key: topic/question",
)

DECK = Record(
    "what the deck is called and how it is divided",
    {
        "id": _slug("names the deck and its progress file; never change it"),
        "title": Text("the deck's name as people read it", plain=True, one_line=True),
        "description": Text("one paragraph: what it is and how to study it"),
        "phases": ListOf(
            "the phases in order, by title",
            Text("a phase's title", plain=True, one_line=True),
            least=1,
        ),
        "areas": ListOf("frontier areas, of which a learner picks one", _slug("an area's id")),
    },
    frozenset({"id", "title", "phases"}),
)

REFERENCES = Record(
    "the bibliography",
    {
        "references": MapOf(
            "the works that sources name, by key",
            _slug("the key that a source names as ref"),
            Record(
                "a work",
                {
                    "authors": Text("who wrote it", plain=True, one_line=True),
                    "title": Text("what it is called", plain=True, one_line=True),
                    "year": Whole("when it appeared", 1600, 2100),
                    "url": Word(
                        "where it can be read; http or https",
                        r"https?://[^\s<>\"'`{}\\]+",
                        "a web address (http:// or https://)",
                        longest=2_000,
                    ),
                },
                frozenset({"authors", "title", "year"}),
            ),
        )
    },
    frozenset({"references"}),
)

TOPIC = Record(
    "a topic",
    {
        "id": _slug("the topic's id; its questions' keys begin with it"),
        "title": Text("the topic's name as people read it", plain=True, one_line=True),
        "prerequisites": ListOf("topics this one rests on", _slug("a topic's id")),
        "why": Text("why it matters, in a sentence"),
        "area": _slug("the frontier area it belongs to"),
        "formerly": ListOf("ids this topic had before", _slug("a topic's id")),
    },
    frozenset({"id", "title", "prerequisites", "why"}),
)

TOPICS = Record(
    "the topics of one phase",
    {
        "topics": ListOf("the topics, in reading order", TOPIC),
        "retired": ListOf("topics taken out on purpose", _slug("a topic's id")),
    },
    frozenset({"topics"}),
)

SOURCE = Record(
    "where the answer can be checked",
    {
        "ref": _slug("a key of references.yaml"),
        "at": Text("the place: theorem, section, equation, page", one_line=True),
    },
    frozenset({"ref"}),
)

QUESTION = Record(
    "a question",
    {
        "id": _slug("the question's id within its topic; never change it"),
        "kind": Choice("what is asked for", KINDS),
        "level": Choice("breadth: state it; depth: carry it out in full", LEVELS),
        "question": Text("what is asked, in Markdown"),
        "cloze": Text("in place of question: a text with {{c1::holes}}"),
        "answer": Text("the answer, in Markdown"),
        "must_mention": ListOf(
            "the points that a right answer cannot lack",
            Text("one point, short", one_line=True),
        ),
        "source": SOURCE,
        "claim": Word(
            "the module in claims/ that checks the card",
            r"[a-z][a-z0-9_]*",
            "a module's name: lower-case letters, digits and underscores",
        ),
        "requires": ListOf(
            "prerequisites of this question beyond its topic's", _slug("a topic's id")
        ),
        "exercises": ListOf("questions whose facts an answer to this one uses", _KEY),
        "formerly": ListOf("keys this question had before", _KEY),
    },
    frozenset({"id", "kind"}),
)

QUESTIONS = Record(
    "the questions of one topic",
    {
        "topic": _slug("the id of the topic these questions belong to"),
        "questions": ListOf("the questions, in the order to meet them", QUESTION),
        "retired": ListOf("questions taken out on purpose", _slug("a question's id")),
    },
    frozenset({"topic", "questions"}),
)

SHAPES = {
    "deck": DECK,
    "references": REFERENCES,
    "topics": TOPICS,
    "questions": QUESTIONS,
}
