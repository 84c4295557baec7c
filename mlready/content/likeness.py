"""A fingerprint of what a question asks, so that those that ask nearly the same can be kept apart.

A similarity hash (M. S. Charikar, STOC 2002): each feature of a text votes for or against each of
64 bits, so that texts with most features in common differ in few of them. How few is for
`scheduler.likeness` to say, which was calibrated together with the weights below.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from mlready.content.document import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlready.content.document import Document

BITS: Final = 64
_MOST_WORDS: Final = 4_000  # of one text; keeps every count within its 16 bits

# A TeX command, a word, a number, or a sign that means something in a formula.
_TOKEN: Final = re.compile(r"\\[a-zA-Z]+|[^\W\d_]+|\d+|[<>=+*/|^-]")
# They say how something is asked, or how it is set, and not what it is about.
_COMMON_WORDS: Final = r"""
    a all an and any are as assume at be by call called can compute d define derive do does
    each every explain find for from give given has have hold holds how i if in independent into
    is it its let mean means name no not of on one or over precisely prove show so some state
    such suppose that the their then there this to under what when where which why with you your
    \bar \big \bigl \bigr \boldsymbol \cdots \dfrac \dots \frac \ge \hat \in \ldots \le \left
    \mathbb \mathbf \mathcal \ne \operatorname \quad \right \sum \text \tfrac \tilde \to
    \top
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())
# What a feature weighs; tried out on the shipped deck and on pairs that ask nearly the same.
_COMMON_WORD, _SIGN, _WORD, _START = 1, 2, 6, 6
_START_LENGTH: Final = 5


def fingerprint(prompt: Document) -> int:
    """What a question asks, in 64 bits, as a signed number; 0 where it asks nothing.

    The holes of a cloze count as if they were filled in.
    """
    return fingerprint_text(" ".join(_texts(prompt)))


def fingerprint_text(text: str) -> int:
    """As `fingerprint`, of a text: words of Markdown or TeX."""
    words = [word.lower() for word in _TOKEN.findall(text)[:_MOST_WORDS]]
    features = _features(words)
    if not features:
        return 0
    votes = sum(map(_spread, features.keys(), features.values()))
    total = sum(features.values())
    lanes = struct.unpack(f"<{BITS}H", votes.to_bytes(2 * BITS, "little"))
    bits = sum(1 << place for place, count in enumerate(lanes) if 2 * count > total)
    # Signed, as databases store 64 bits; one that happens to be 0 must not seem to ask nothing.
    return (bits - (1 << BITS) if bits >> (BITS - 1) else bits) or 1


def _texts(prompt: Document) -> Iterator[str]:
    for node in walk(prompt):
        match node:
            case ["text" | "code" | "math" | "display_math", str(text)]:
                yield text
            case ["code_block", _, str(text)] | ["cloze", _, _, str(text)]:
                yield text
            case ["image", str(file), str(description)]:
                yield f"{file} {description}"
            case ["cloze_math", _, parts]:
                yield from (part for part in parts if isinstance(part, str))


def _features(words: list[str]) -> dict[str, int]:
    """The features of a text with their weights, each once however often it comes."""
    features: dict[str, int] = {}
    for word in words:
        if word in _COMMON:
            features[word] = _COMMON_WORD
            continue
        is_sign = len(word) == 1 or word[0] == "\\" or word.isdigit()
        features[word] = _SIGN if is_sign else _WORD
        if len(word) > _START_LENGTH:
            # Marked, for it is shared by the forms of a word, and no word of its own.
            features[word[:_START_LENGTH] + "~"] = _START
    return features


# The bits of a byte, each in two bytes of its own: numbers made of these are added lane by lane.
_LANES: Final = [bytes(b for n in range(8) for b in (byte >> n & 1, 0)) for byte in range(256)]


@lru_cache(maxsize=20_000)  # words come again and again
def _spread(feature: str, weight: int) -> int:
    """The 64 votes of a feature, each 0 or its weight in a lane of 16 bits of one large number."""
    digest = blake2b(feature.encode(), digest_size=BITS // 8).digest()
    return weight * int.from_bytes(b"".join([_LANES[byte] for byte in digest]), "little")
