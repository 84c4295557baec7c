"""Decks that are hard to carry into Anki, and a learner's view of their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_REFERENCES = """\
references:
  halmos-1960: {authors: Paul Halmos, title: Naive Set Theory, year: 1960, url: 'https://example.org/?a=1&b=2'}
"""

# A title that would be markup, and phases whose names are in reverse alphabetical order.
MARKS = {
    "deck.yaml": """\
id: marks
title: Marks & <signs>
description: 'Study "1" & then <b>2</b>.'
phases: [Signs, Further signs]
""",
    "references.yaml": _REFERENCES,
    "media/line.svg": '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>',
    "topics/1-signs.yaml": """\
topics:
  - {id: braces, title: 'Braces & <brackets>', prerequisites: [], why: They enclose.}
  - {id: quotes, title: Quotes, prerequisites: [braces], why: They quote.}
""",
    "topics/2-further.yaml": """\
topics:
  - {id: pictures, title: Pictures, prerequisites: [quotes], why: They show.}
""",
    "questions/1/braces.yaml": r"""
topic: braces
questions:
  - id: plain
    kind: definition
    question: Is 1 < 2 && "3" > '2' in $\sum_{i<n} a_{{i}_{j}} \& b$?
    answer: |
      Yes: {{Key}} {{#Field}}field{{/Field}} <script>alert(1)</script> <img src=x onerror=alert(1)>.

      $$\frac{1}{\sqrt{x_{{1}}}} < \begin{pmatrix} a & b \\ c & d \end{pmatrix}$$

      ```python
      if a < b and c["{{x}}"] > '&amp;':
          pass  # {{#Field}} \(not math\)
      ```
    must_mention: ['one < two', '$x_{{1}}$']
    source: {ref: halmos-1960, at: Section <2>}
  - id: holes
    kind: statement
    cloze: |
      The rate is {{c1::$\frac{a}{b^{2}}$}}, at most $\frac{1}{ {{c2::x_{{1}}}} } < i$
      for "std::vector" and {{c3::a < b & c::a hint}}.
    must_mention: ['{{no}} hole']
    source: {ref: halmos-1960, at: Section 3}
""",
    "questions/1/quotes.yaml": """\
topic: quotes
questions:
  - id: first
    kind: definition
    question: What is a quote?
    answer: A text between marks.
    must_mention: [marks]
    source: {ref: halmos-1960, at: Section 4}
  - id: second
    kind: failure-mode
    question: When does a quote end early?
    answer: When a mark is in it.
    must_mention: [a mark]
    source: {ref: halmos-1960, at: Section 4}
  - id: third
    kind: example
    question: Which mark is double?
    answer: This one.
    must_mention: [this one]
    source: {ref: halmos-1960, at: Section 4}
  - id: fourth
    kind: example
    question: Which mark is single?
    answer: That one.
    must_mention: [that one]
    source: {ref: halmos-1960, at: Section 5}
""",
    "questions/2/pictures.yaml": """\
topic: pictures
questions:
  - id: line
    kind: example
    question: What does a line look like?
    answer: 'Like this: ![A line](line.svg)'
    must_mention: [straight]
    source: {ref: halmos-1960, at: Section 6}
  - id: point
    kind: failure-mode
    question: What does a point look like?
    answer: Like nothing.
    must_mention: [nothing]
    source: {ref: halmos-1960, at: Section 6}
""",
}

TRAIL_TOPICS = 24
TRAIL_PHASES = ("Zero", "Middle", "Ahead")
TRAIL_TITLE = "Trail"

Graph = dict[str, tuple[str, ...]]


def trail_graph(*, with_bridge: bool = False) -> Graph:
    """Topic -> prerequisites: a tree with shortcuts, whose ids say nothing of the order.

    `with_bridge` puts one more topic between the fourth and what rests on it.
    """
    names = [f"t{(7 * n + 3) % TRAIL_TOPICS:02d}" for n in range(TRAIL_TOPICS)]
    graph: Graph = {}
    for n, name in enumerate(names):
        below = [names[(n - 1) // 2]] if n else []
        if n > 6 and n % 5 == 0:
            below.append(names[n - 2])
        graph[name] = tuple(below)
    if with_bridge:
        graph = {name: _replace(below, names[3], "bridge") for name, below in graph.items()}
        graph["bridge"] = (names[3],)
    return graph


def _replace(items: Iterable[str], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if item == old else item for item in items)


def trail(graph: Graph, *, backwards: bool) -> dict[str, str]:
    """A deck of 3 notes and 5 cards a topic, in files whose order is no help."""
    phase_of = {name: 1 + n * 3 // TRAIL_TOPICS for n, name in enumerate(trail_graph())}
    phase_of["bridge"] = 1
    files = {
        "deck.yaml": f"id: trail\ntitle: {TRAIL_TITLE}\ndescription: Walk.\n"
        f"phases: [{', '.join(TRAIL_PHASES)}]\n",
        "references.yaml": _REFERENCES,
    }
    for phase, title in enumerate(TRAIL_PHASES, start=1):
        names = [name for name in graph if phase_of[name] == phase]
        lines = [_topic_line(name, graph[name]) for name in names]
        body = "".join(lines[::-1] if backwards else lines)
        files[f"topics/{phase}-{title.lower()}.yaml"] = f"topics:\n{body}"
    for n, name in enumerate(graph):
        place = 99 - n if backwards else n
        files[f"questions/{place:02d}.yaml"] = _questions(name)
    return files


def _topic_line(name: str, below: Sequence[str]) -> str:
    return f"  - {{id: {name}, title: {name}, prerequisites: [{', '.join(below)}], why: So.}}\n"


def _questions(topic: str) -> str:
    rest = (
        "    kind: statement\n"
        "    must_mention: [it]\n"
        "    source: {ref: halmos-1960, at: Section 1}\n"
    )
    return (
        f"topic: {topic}\nquestions:\n"
        f"  - id: what\n    question: What is {topic}?\n    answer: It is {topic}.\n{rest}"
        f"  - id: parts\n    cloze: '{topic}: {{{{c1::a}}}}, {{{{c2::b}}}}, {{{{c3::c}}}}.'\n"
        f"{rest}"
        f"  - id: why\n    question: Why {topic}?\n    answer: So.\n{rest}"
    )


def out_of_order(cards: Sequence[tuple[str, int]], graph: Graph) -> list[tuple[str, str]]:
    """Pairs of a card and a topic beneath it of which a card came later, or a later sibling."""
    last = {key.partition("/")[0]: place for place, (key, _) in enumerate(cards)}
    wrong = []
    for place, (key, ordinal) in enumerate(cards):
        topic = key.partition("/")[0]
        wrong += [(key, p) for p in graph[topic] if last.get(p, -1) > place]
        if any(other == key and n < ordinal for other, n in cards[place:]):
            wrong.append((key, "a sibling"))
    return wrong
