"""Whether TeX is balanced: braces, environments, and `\\left` with `\\right`."""

from __future__ import annotations

import re
from typing import NamedTuple


class Imbalance(NamedTuple):
    """What does not match, what to do, and the offset where it shows."""

    message: str
    hint: str
    offset: int


_TOKEN = re.compile(
    r"\\(?P<edge>begin|end)\s*\{(?P<name>[^{}]*)\}"
    r"|\\(?P<fence>left|right)(?![A-Za-z])\s*(?P<delimiter>\\[A-Za-z]+|\\.|[^\s\\])?"
    r"|\\(?:[A-Za-z]+|.)|%|[{}]",
    re.DOTALL,
)

# What may follow \left and \right; letters and digits never do.
_DELIMITER = re.compile(r"[()\[\]|./<>]|\\[{}|A-Za-z]+")


def find_imbalance(tex: str) -> Imbalance | None:
    """The first thing in the formula that lacks its partner, or None.

    Groups, environments and fences must nest properly, as TeX demands.
    """
    stack: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(tex):
        found = _step(token, stack)
        if found is not None:
            return found
    if stack:
        opened, offset = stack[-1]
        closing = _closing_of(opened)
        return Imbalance(f"{opened} is never closed", f"add {closing}", offset)
    return None


def _step(token: re.Match[str], stack: list[tuple[str, int]]) -> Imbalance | None:
    text, at = token[0], token.start()
    if text == "%":
        return Imbalance("% begins a comment in TeX", r"write \%", at)
    if text == "{" or token["edge"] == "begin":
        stack.append((text if text == "{" else _edge("begin", token), at))
        return None
    if token["fence"] and not _DELIMITER.fullmatch(token["delimiter"] or ""):
        hint = rf"write a delimiter after it: \{token['fence']}( or \{token['fence']}."
        return Imbalance(rf"\{token['fence']} without a delimiter", hint, at)
    if token["fence"] == "left":
        stack.append((r"\left", at))
        return None
    if token["fence"] == "right":
        return _close(r"\left", r"\right", stack, at)
    if text == "}":
        return _close("{", "}", stack, at)
    if token["edge"] == "end":
        return _close(_edge("begin", token), _edge("end", token), stack, at)
    return None


def _edge(word: str, token: re.Match[str]) -> str:
    return rf"\{word}{{{token['name']}}}"


def _close(opening: str, closing: str, stack: list[tuple[str, int]], at: int) -> Imbalance | None:
    if stack and stack[-1][0] == opening:
        stack.pop()
        return None
    if not stack:
        return Imbalance(f"{closing} without {opening}", f"remove it or add {opening}", at)
    inner = stack[-1][0]
    hint = f"close {inner} with {_closing_of(inner)} first"
    return Imbalance(f"{closing} where {inner} is still open", hint, at)


def _closing_of(opening: str) -> str:
    if opening == "{":
        return "}"
    return opening.replace("begin", "end").replace("left", "right")
