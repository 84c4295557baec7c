"""Print formulas for `compile.mjs` as JSON lines: every command, the corpus, and random ones."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlready.mathtext.reading.checking import find_mistake
from mlready.mathtext.symbols import SYMBOLS
from tests.formulas.subset import find_examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COUNT: Final = 500
SEED: Final = 20_261_122
CORPUS: Final = Path(__file__).parents[1] / "mathtext_corpus"

_WORDS: Final = {
    name: words.split()
    for name, words in {
        "Greek": r"\alpha \beta \gamma \delta \epsilon \eta \theta \lambda \mu \nu \pi",
        "accents": r"\hat \tilde \bar \vec \dot \ddot \widehat \overline \mathring",
        "alphabets": r"\mathbb \mathcal \mathfrak \mathbf \boldsymbol \mathrm \mathsf",
        "operators": r"\sum \prod \int \bigcup \bigoplus \max \min \sup \inf \lim",
        "signs": r"+ - \cdot \times = \le \ge \sim \in \approx \to \mid \otimes \propto :=",
    }.items()
}
_LETTERS: Final[list[str]] = [*"abcdefijkmnpqrstuvwxyzABCDEFGHKLMNPQRSTUVWXYZ", *"0123456789"]
_FENCES: Final = (
    ("(", ")"),
    ("[", "]"),
    (r"\{", r"\}"),
    ("|", "|"),
    (r"\|", r"\|"),
    (r"\langle", r"\rangle"),
    (r"\lfloor", r"\rfloor"),
    (r"\lceil", r"\rceil"),
    ("(", "]"),
    (r"\lVert", r"\rVert"),
)
_FUNCTIONS: Final = (r"\log", r"\exp", r"\operatorname{softmax}", r"\tanh", r"\det", r"\Pr")


class Grammar:
    """Random formulas over the documented subset."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - to be repeated
        self.names = sorted(SYMBOLS)

    def one_of(self, kind: str) -> str:
        """A sign of a kind."""
        return self.random.choice(_WORDS[kind])

    def formula(self) -> str:
        """One formula, or several lines of them."""
        chance = self.random.random()
        if chance < 0.06:
            return self.environment()
        if chance < 0.1:
            return rf"{self.row(2)} \tag{{{self.random.randint(1, 9)}}}"
        return self.row(2)

    def row(self, depth: int) -> str:
        """Terms with signs between them."""
        terms = [self.term(depth)]
        for _ in range(self.random.randint(0, 3)):
            terms += [self.one_of("signs"), self.term(depth)]
        return " ".join(terms)

    def term(self, depth: int) -> str:
        """Factors side by side."""
        return " ".join(self.factor(depth) for _ in range(self.random.randint(1, 2)))

    def factor(self, depth: int) -> str:
        """One thing, perhaps with scripts."""
        thing = self.atom(depth)
        if depth < 1 or self.random.random() < 0.6:
            return thing
        scripts = self.random.choice(("_@", "^@", "_@^@", "'", "'_@"))
        while "@" in scripts:
            scripts = scripts.replace("@", f"{{{self.row(depth - 2)}}}", 1)
        return f"{{{thing}}}{scripts}" if "^" in thing or "_" in thing else thing + scripts

    def atom(self, depth: int) -> str:
        """One thing without scripts."""
        if depth < 1 or self.random.random() < 0.45:
            return self.leaf()
        builders: tuple[Callable[[int], str], ...] = (
            self.fraction,
            self.root,
            self.fenced,
            self.operator,
            self.function,
            self.decorated,
            self.named,
            self.matrix,
        )
        return self.random.choice(builders)(depth - 1)

    def leaf(self) -> str:
        """A letter, a number, or any symbol there is."""
        pick = self.random.random()
        if pick < 0.55:
            return self.random.choice(_LETTERS)
        if pick < 0.75:
            return self.one_of("Greek")
        if pick < 0.85:
            return f"{self.one_of('alphabets')}{{{self.random.choice('ABFKNPRX')}}}"
        return f"\\{self.random.choice(self.names)}"

    def fraction(self, depth: int) -> str:
        """A fraction or a binomial coefficient."""
        name = self.random.choice((r"\frac", r"\frac", r"\tfrac", r"\dfrac", r"\binom"))
        return f"{name}{{{self.row(depth)}}}{{{self.row(depth)}}}"

    def root(self, depth: int) -> str:
        """A root."""
        index = self.random.choice(("", "", "[3]", "[n+1]"))
        return rf"\sqrt{index}{{{self.row(depth)}}}"

    def fenced(self, depth: int) -> str:
        """Something between delimiters."""
        left, right = self.random.choice(_FENCES)
        sizes = self.random.choice(((r"\left", r"\right"), (r"\bigl", r"\bigr"), ("", "")))
        return f"{sizes[0]}{left} {self.row(depth)} {sizes[1]}{right}"

    def operator(self, depth: int) -> str:
        """An operator with limits."""
        limits = self.random.choice(("", "_{i=1}^{n}", f"_{{{self.row(0)}}}", r"\limits_{a}^{b}"))
        return f"{self.one_of('operators')}{limits} {self.factor(depth)}"

    def function(self, depth: int) -> str:
        """A function of something."""
        return rf"{self.random.choice(_FUNCTIONS)}\left({self.row(depth)}\right)"

    def decorated(self, depth: int) -> str:
        """Something with a mark, a brace or a label."""
        kind = self.random.randint(0, 3)
        if kind == 0:
            return f"{self.one_of('accents')}{{{self.leaf()}}}"
        if kind == 1:
            return rf"\underbrace{{{self.row(depth)}}}_{{\text{{a label}}}}"
        if kind == 2:
            body = self.random.choice(("=", r"\to", "X"))
            return rf"\overset{{{self.row(0)}}}{{{body}}}"
        return rf"\xrightarrow[{self.leaf()}]{{{self.row(0)}}}"

    def named(self, depth: int) -> str:
        """Words within mathematics."""
        name = self.random.choice(("Var", r"arg\,max", "tr"))
        return rf"\operatorname*{{{name}}}_{{{self.row(0)}}} {self.factor(depth)}"

    def matrix(self, depth: int) -> str:
        """A small matrix, or cases."""
        name = self.random.choice(("pmatrix", "bmatrix", "vmatrix", "cases", "smallmatrix"))
        rows = r"\\".join(f"{self.term(depth)} & {self.term(depth)}" for _ in range(2))
        return rf"\begin{{{name}}}{rows}\end{{{name}}}"

    def environment(self) -> str:
        """Lines aligned at their relations."""
        lines = (f"{self.term(2)} &= {self.row(2)}" for _ in range(self.random.randint(1, 3)))
        return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def find_random(count: int = COUNT, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Different formulas within the subset."""
    grammar = Grammar(seed)
    seen: set[str] = set()
    while len(seen) < count:
        tex = grammar.formula()
        if tex not in seen and find_mistake(tex) is None:
            seen.add(tex)
            yield f"random {len(seen)}", tex


def read_corpus() -> Iterator[tuple[str, str, bool]]:
    """The formulas that renderings are held against: name, TeX, whether it is displayed."""
    for path in sorted(CORPUS.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
            title, _, tex = block.strip().partition("\n")
            yield f"{path.stem}/{title[1:].split()[0]}", tex, "inline" not in title


def main() -> None:
    """Write one line a formula."""
    examples = [(where, tex, True) for where, tex in (*find_examples(), *find_random())]
    for where, tex, display in (*examples, *read_corpus()):
        mistake = find_mistake(tex)
        if mistake is not None:
            sys.exit(f"{where}: {mistake.message}: {tex}")
        record = {"where": where, "tex": tex, "display": display}
        sys.stdout.write(json.dumps(record) + "\n")


if __name__ == "__main__":
    main()
