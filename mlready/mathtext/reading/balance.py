r"""Whether TeX is balanced: braces, environments, and `\left` with `\right`."""

from __future__ import annotations

import re
from functools import lru_cache

from mlready.mathtext.reading.mistakes import Mistake

_TOKEN = re.compile(
    r"\\(?P<edge>begin|end)\s*\{(?P<name>[^{}]*)\}"
    r"|\\(?P<fence>left|right)(?![A-Za-z])\s*(?P<delimiter>\\[A-Za-z]+|\\.|[^\s\\])?"
    r"|\\(?:[A-Za-z]+|.)|%|[{}]",
    re.DOTALL,
)

# What may follow \left and \right; letters and digits never do.
_DELIMITER = re.compile(r"[()\[\]|./<>]|\\[{}|A-Za-z]+")

# Escapes, comments, fences and environments: where counting braces is not enough.
_INTRICATE = re.compile(r"%|\\(?:[^A-Za-z]|left|right|begin|end|$)")
_BRACE = re.compile(r"[{}]")

_SHOWN = 40  # characters of an environment's name in a message


@lru_cache(maxsize=1024)  # `$n$` and its like come again and again
def find_imbalance(tex: str) -> Mistake | None:
    """The first thing in the formula that lacks its partner, or None.

    Groups, environments and fences must nest properly, as TeX demands.
    """
    if not _INTRICATE.search(tex) and _has_balanced_braces(tex):
        return None
    stack: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(tex):
        found = _find_mistake(token) or _step(token, stack)
        if found is not None:
            return found
    if stack:
        opened, offset = stack[-1]
        message = f"{_show(opened)} is never closed"
        return Mistake(message, f"add {_show(_closing_of(opened))}", offset)
    return None


def _has_balanced_braces(tex: str) -> bool:
    """Whether the braces balance, in TeX without escaped ones; most formulas need no more."""
    depth = 0
    for brace in _BRACE.findall(tex):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _find_mistake(token: re.Match[str]) -> Mistake | None:
    """What is wrong with the token by itself."""
    if token[0] == "%":
        return Mistake("% begins a comment in TeX", r"write \%", token.start())
    fence = token["fence"]
    if fence and not _DELIMITER.fullmatch(token["delimiter"] or ""):
        hint = rf"write a delimiter after it: \{fence}( or \{fence}."
        return Mistake(rf"\{fence} without a delimiter", hint, token.start())
    return None


def _step(token: re.Match[str], stack: list[tuple[str, int]]) -> Mistake | None:
    """Open or close what the token opens or closes."""
    if token[0] in {"{", "}"}:
        opening, is_opened = "{", token[0] == "{"
    elif token["edge"]:
        opening, is_opened = rf"\begin{{{token['name']}}}", token["edge"] == "begin"
    elif token["fence"]:
        opening, is_opened = r"\left", token["fence"] == "left"
    else:
        return None
    if is_opened:
        stack.append((opening, token.start()))
        return None
    return _close(opening, stack, token.start())


def _close(opening: str, stack: list[tuple[str, int]], at: int) -> Mistake | None:
    if stack and stack[-1][0] == opening:
        stack.pop()
        return None
    closing = _show(_closing_of(opening))
    if not stack:
        missing = _show(opening)
        return Mistake(f"{closing} without {missing}", f"remove it or add {missing}", at)
    inner = stack[-1][0]
    hint = f"close {_show(inner)} with {_show(_closing_of(inner))} first"
    return Mistake(f"{closing} where {_show(inner)} is still open", hint, at)


def _closing_of(opening: str) -> str:
    simple = {"{": "}", r"\left": r"\right"}
    return simple.get(opening) or r"\end" + opening.removeprefix(r"\begin")


def _show(edge: str) -> str:
    """What opens or closes, short and on one line."""
    shown = edge if len(edge) <= _SHOWN else edge[:_SHOWN] + "…"
    return "".join(c if c.isprintable() else " " for c in shown)
