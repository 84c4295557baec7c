#!/usr/bin/env python3
"""A made-up deck of any size, for benchmarks: same shape as a real one, no errors, no warnings.

    python benchmarks/synthetic_deck.py FOLDER [QUESTIONS [FILES [SEED]]]

Each file of questions is one topic. The same arguments make the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from textwrap import indent

from mlready.content.deck_shapes import KINDS

PHASES = (
    "Foundations",
    "Learning theory",
    "Optimization",
    "Deep learning",
    "Frontier",
)
AREAS = ("alignment", "scaling")
WORKS = 30

_NOUNS = (
    *("estimator", "gradient", "kernel", "martingale", "operator", "posterior", "regularizer"),
    *("risk", "sample", "spectrum", "variance proxy", "loss", "hypothesis class", "iterate"),
)
_CONDITIONS = (
    "the samples are independent",
    "the loss is convex and $L$-smooth",
    "the second moment is finite",
    "the matrix is symmetric positive definite",
    "the class has finite VC dimension",
    "the step size is at most $1/L$",
)
_FORMULAS = (
    r"\Pr(|\bar{X}_n - \mu| \ge t) \le 2\exp\left(-\frac{2nt^2}{(b-a)^2}\right)",
    r"\mathbb{E}\left[\sup_{f \in \mathcal{F}} \frac{1}{n}\sum_{i=1}^{n} \sigma_i f(x_i)\right]",
    r"\nabla_\theta \log p_\theta(x) = \frac{\nabla_\theta p_\theta(x)}{p_\theta(x)}",
    r"\hat{\theta} = \arg\min_{\theta} \frac{1}{n}\sum_{i} \ell(\theta; z_i) + \lambda\|\theta\|^2",
    r"\operatorname{softmax}\left(\frac{Q K^{\top}}{\sqrt{d_k}}\right) V",
    r"\left(A + uv^{\top}\right)^{-1} = A^{-1} - \frac{A^{-1}uv^{\top}A^{-1}}{1 + v^{\top}A^{-1}u}",
)
_SMALL = (
    r"O(1/\sqrt{n})",
    r"\|x\|_2 \le R",
    r"n \ge d + 1",
    r"\lambda_{\max}(A)",
    r"\delta \in (0, 1)",
)
_KINDS = tuple(kind for kind in KINDS if kind != "failure-mode")


def write_deck(folder: Path, questions: int = 10_000, files: int = 100, seed: int = 0) -> None:
    """Write a deck into a folder, which is made if need be.

    Args:
        folder: where; files of the same names are overwritten.
        questions: how many, spread evenly over the files.
        files: how many topics, each with its file of questions.
        seed: the same seed makes the same deck.
    """
    random = Random(seed)
    texts = {"deck.yaml": _deck(), "references.yaml": _references(random)}
    prerequisites = _prerequisites(files, random)
    topics: dict[int, list[str]] = {}
    for number in range(files):
        phase = 1 + number * len(PHASES) // files
        topics.setdefault(phase, []).append(_topic(number, phase, prerequisites[number], random))
        count = questions * (number + 1) // files - questions * number // files
        path = f"questions/{phase}-phase/{topic_id(number)}.yaml"
        texts[path] = _questions(number, count, random)
    for phase, listed in topics.items():
        texts[f"topics/{phase}-phase.yaml"] = "topics:\n" + "".join(listed)
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def topic_id(number: int) -> str:
    """The id of a topic by its number, from 0."""
    return f"topic-{number:04}"


def _deck() -> str:
    phases = "".join(f"  - {title}\n" for title in PHASES)
    about = "description: A made-up deck for benchmarks.\n"
    areas = f"areas: [{', '.join(AREAS)}]\n"
    return f"id: synthetic-deck\ntitle: Synthetic deck\n{about}phases:\n{phases}{areas}"


def _references(random: Random) -> str:
    works = "".join(
        f"  work-{number}:\n"
        f"    authors: Author {number} and Another {number}\n"
        f"    title: On the {random.choice(_NOUNS)} and the {random.choice(_NOUNS)}\n"
        f"    year: {random.randrange(1950, 2026)}\n"
        f"    url: https://example.org/work-{number}\n"
        for number in range(WORKS)
    )
    return f"references:\n{works}"


def _prerequisites(topics: int, random: Random) -> list[list[int]]:
    """Up to three earlier topics for each, none of them implied by another."""
    below: list[set[int]] = []
    chosen = []
    for number in range(topics):
        near = range(max(0, number - 40), number)
        picks = random.sample(near, min(len(near), random.randrange(1, 4)))
        direct = [pick for pick in picks if not any(pick in below[other] for other in picks)]
        below.append(set(direct).union(*(below[pick] for pick in direct)))
        chosen.append(direct)
    return chosen


def _topic(number: int, phase: int, prerequisites: list[int], random: Random) -> str:
    names = ", ".join(topic_id(other) for other in prerequisites)
    area = f"    area: {random.choice(AREAS)}\n" if phase == len(PHASES) else ""
    return (
        f"  - id: {topic_id(number)}\n"
        f"    title: Topic {number} on the {random.choice(_NOUNS)}\n"
        f"    prerequisites: [{names}]\n"
        f"    why: Every bound on the {random.choice(_NOUNS)} starts here.\n{area}"
    )


def _questions(topic: int, count: int, random: Random) -> str:
    listed = "".join(_question(number, random) for number in range(count))
    return f"topic: {topic_id(topic)}\nquestions:{chr(10) + listed if count else ' []'}"


def _question(number: int, random: Random) -> str:
    """One question; every eighth is a cloze, the first of a topic says how it fails."""
    kind = "failure-mode" if number == 0 else random.choice(_KINDS)
    level = "    level: depth\n" if kind == "derivation" else ""
    asked = _cloze(random) if number % 8 == 7 else _asked(random)
    points = "".join(f"      - '{_point(random)}'\n" for _ in range(random.randrange(1, 5)))
    ref, place = random.randrange(WORKS), random.randrange(1, 20)
    return (
        f"  - id: question-{number}\n    kind: {kind}\n{level}{asked}"
        f"    answer: |\n{_block(_answer(random))}"
        f"    must_mention:\n{points}"
        f"    source: {{ref: work-{ref}, at: Theorem {place}.{place % 7}}}\n"
    )


def _block(text: str) -> str:
    return indent(text, "      ")


def _asked(random: Random) -> str:
    noun, condition = random.choice(_NOUNS), random.choice(_CONDITIONS)
    text = f"Let ${random.choice(_SMALL)}$ and suppose that {condition}.\n"
    text += f"What can be said of the {noun}, and with which constant?\n"
    return f"    question: |\n{_block(text)}"


def _cloze(random: Random) -> str:
    noun, small = random.choice(_NOUNS), random.choice(_SMALL)
    text = f"The {noun} is of order {{{{c1::${small}$}}}} provided that\n"
    text += f"{{{{c2::{random.choice(_CONDITIONS)}::which condition}}}}.\n"
    return f"    cloze: |\n{_block(text)}"


def _answer(random: Random) -> str:
    noun, other = random.sample(_NOUNS, 2)
    text = f"If {random.choice(_CONDITIONS)}, then for every ${random.choice(_SMALL)}$\n\n"
    text += f"$$\n{random.choice(_FORMULAS)}\n$$\n\n"
    text += f"The **{noun}** need not be bounded; replace it by the *{other}* and use\n"
    text += f"${random.choice(_FORMULAS)}$ with ${random.choice(_SMALL)}$.\n"
    if random.random() < 0.3:
        text += f"\n- Without it, the {noun} diverges.\n"
        text += f"- With `eps={random.randrange(9)}e-3` it holds.\n"
    return text


def _point(random: Random) -> str:
    return random.choice(
        (
            random.choice(_CONDITIONS),
            f"the {random.choice(_NOUNS)} comes first",
            f"the order ${random.choice(_SMALL)}$",
        )
    )


def main() -> None:
    """Write a deck as the command line says."""
    folder, *numbers = sys.argv[1:]
    write_deck(Path(folder), *map(int, numbers))


if __name__ == "__main__":
    main()
