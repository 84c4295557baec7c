"""Whether a text from elsewhere asks the same as a question of ours, and how sure that is.

A wrong yes gives a card reviews of something else, so every doubt is a no: a word that is in the
one text and another in its place in the other ("halfspaces", "intervals") decides, however alike
the texts are otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from html import unescape
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from mlready.content.document import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlready.content.document import Document

_LONGEST: Final = 20_000  # characters of a field; what is longer is no question
_TOKEN: Final = re.compile(r"\\[a-zA-Z]+|[^\W\d_]+|\d+|[<>=+]")
_APART: Final = re.compile(r"</?(?:b|i|u|em|strong|span|font|a|code|mark)\b[^<>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<!--[^>]*>")
_LATEX: Final = re.compile(r"\[/?(?:latex|\$\$?)\]", re.IGNORECASE)
_HOLE: Final = re.compile(r"\{\{c(\d{1,3})::((?:(?!\{\{c\d).)*?)(?:::([^{}]*))?\}\}", re.DOTALL)
_ALIASES: Final = {
    **dict(zip("≤≥≠→∈∞", ("le", "ge", "ne", "to", "in", "infty"), strict=True)),
    **dict(zip(("leq", "geq", "neq", "rightarrow"), ("le", "ge", "ne", "to"), strict=True)),
}
_SIGNS: Final = {ord(sign): f" \\{_ALIASES[sign]} " for sign in "≤≥≠→∈∞"}
_GREEK: Final = range(0x3B1, 0x3CA)
# How a formula is set, and not what it says.
_SETTING_COMMANDS: Final = r"""
    \left \right \big \Big \bigl \bigr \Bigl \Bigr \mathrm \mathbb \mathcal \mathbf \mathsf
    \boldsymbol \bm \text \textbf \textit \textrm \emph \operatorname \displaystyle \textstyle
    \quad \qquad \limits \nolimits
"""
_SETTING: Final = frozenset(_SETTING_COMMANDS.split())
# They say how something is asked.
_COMMON_WORDS: Final = """
    a an and are as at be by define describe do does explain for from give how if in is it its let
    of on or state such that the their then there this to under what when which why with
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())
_NEGATIONS: Final = frozenset(("no", "not", "non", "never", "without", "unless", "cannot", "nor"))
_SHORTEST_SPELLING: Final = 6  # letters; shorter words differ by one letter for a reason
_SHORTEST_STEM: Final = 4
_ENDINGS: Final = frozenset(("s", "es", "d", "ed"))
_FEW_WORDS: Final = 3
_ALIKE: Final = 0.6  # of answers, where the questions are nearly the same
_SOMEWHAT_ALIKE: Final = 0.4  # of answers, where the questions are the same and say little
_MOST_EXTRA: Final = 0.25  # of a question's words may be missing in the other

EXACT: Final = 0.9  # from here on, the questions are the same word for word


class Text(NamedTuple):
    """What a note asks and answers, as words.

    Attributes:
        prompt: the question, or the text with its holes filled in.
        holes: the words of each hole by its number; None where it is no cloze.
        answer: the answer; may be empty.
    """

    prompt: tuple[str, ...]
    holes: dict[int, list[tuple[str, ...]]] | None
    answer: tuple[str, ...]


# --- ours and theirs ---------------------------------------------------------------


def text_of_documents(prompt: Document, answer: Document, *, is_cloze: bool) -> Text:
    """A question of ours."""
    holes: dict[int, list[tuple[str, ...]]] | None = None
    if is_cloze:
        holes = {}
        for number, content in _find_holes(prompt):
            holes.setdefault(number, []).append(split_words(content))
    return Text(split_words(_flatten(prompt)), holes, split_words(_flatten(answer)))


def text_of_fields(fields: Sequence[str]) -> Text:
    """A note from elsewhere, by the HTML of its fields: the first asks, the others answer."""
    plain = [strip_html(field) for field in fields]
    prompt, answer = (plain or [""])[0], " ".join(plain[1:])
    found = _HOLE.findall(prompt)
    if not found:
        return Text(split_words(prompt), None, split_words(answer))
    holes: dict[int, list[tuple[str, ...]]] = {}
    for number, content, _ in found:
        holes.setdefault(int(number), []).append(split_words(content))
    filled = _HOLE.sub(lambda match: match[2], prompt)
    return Text(split_words(filled), holes, split_words(answer))


def split_words(text: str) -> tuple[str, ...]:
    """The words, numbers and relations of a text; nothing of how it is set."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_SIGNS)
    words = []
    for token in _TOKEN.findall(plain):
        if token not in _SETTING:
            word = token.lstrip("\\").casefold()
            words.append(_ALIASES.get(word) or _letter_name(word))
    return tuple(words)


def _letter_name(word: str) -> str:
    """The name of a Greek letter, as TeX has it; other words as they are."""
    if len(word) == 1 and ord(word) in _GREEK:
        return unicodedata.name(word).rpartition(" ")[2].lower().replace("lamda", "lambda")
    return word


def strip_html(html: str) -> str:
    """The text of a field; not to be shown as HTML."""
    text = _TAG.sub(" ", _APART.sub("", html[:_LONGEST]))
    return _LATEX.sub(" ", unescape(text))


def _flatten(nodes: Document) -> str:
    return " ".join(_pieces(nodes))


def _pieces(nodes: Document) -> Iterator[str]:
    """The texts of a document in reading order; holes are filled in."""
    for node in nodes:
        match node:
            case str(text):
                yield text
            case ["text" | "code" | "math" | "display_math", str(text)]:
                yield text
            case ["code_block", _, str(text)] | ["cloze", _, _, str(text)]:
                yield text
            case ["cloze" | "cloze_math", *_, inner]:
                yield from _pieces(inner)
            case _:
                yield from _pieces_within(node)


def _pieces_within(node: Sequence[Any]) -> Iterator[str]:
    match node:
        case ["paragraph" | "emphasis" | "strong" | "quote", inner]:
            yield from _pieces(inner)
        case ["heading" | "link", _, inner]:
            yield from _pieces(inner)
        case ["bullet_list", items] | ["ordered_list", _, items]:
            for item in items:
                yield from _pieces(item)
        case ["table", _, rows]:
            for row in rows:
                for cell in row:
                    yield from _pieces(cell)


def _find_holes(nodes: Document) -> Iterator[tuple[int, str]]:
    for node in walk(nodes):
        if node[0] == "cloze":
            content = node[3]
            yield node[1], content if isinstance(content, str) else _flatten(content)


# --- how sure ----------------------------------------------------------------------


def compare(theirs: Text, ours: Text) -> float:
    """How sure it is that two texts ask the same, from 0 to 1; from `EXACT` word for word."""
    if not theirs.prompt or theirs.holes != ours.holes:
        return 0.0
    if theirs.prompt == ours.prompt:
        return _compare_exact(theirs, ours)
    words, others = content_words(theirs.prompt), content_words(ours.prompt)
    likeness = _compare_prompts(words, others)
    if not likeness or theirs.holes is not None:
        return min(likeness, 0.99) * EXACT
    answers = _overlap(content_words(theirs.answer), content_words(ours.answer))
    if answers < _ALIKE:
        return 0.0
    return min((likeness + answers) / 2, 0.99) * EXACT


def content_words(words: Sequence[str]) -> list[str]:
    """Those that say what it is about."""
    return [word for word in words if word not in _COMMON]


def _compare_exact(theirs: Text, ours: Text) -> float:
    answers = _overlap(content_words(theirs.answer), content_words(ours.answer))
    if theirs.holes is not None:
        return 1.0
    if len(content_words(theirs.prompt)) < _FEW_WORDS and answers < _SOMEWHAT_ALIKE:
        return 0.0  # "What does it say?"
    return EXACT + (1 - EXACT) * answers


def _compare_prompts(theirs: list[str], ours: list[str]) -> float:
    """The share of words in common; 0 where one says something else than the other."""
    extra: tuple[list[str], list[str]] = ([], [])
    for tag, a, b, c, d in SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes():
        left, right = theirs[a:b], ours[c:d]
        if tag == "equal" or _are_spellings(left, right):
            continue
        extra[0].extend(left)
        extra[1].extend(right)
    surplus = extra[0] or extra[1]
    if extra[0] and extra[1]:
        return 0.0
    fewer = min(len(theirs), len(ours))
    if len(surplus) > max(1, _MOST_EXTRA * fewer) or any(map(_decides, surplus)):
        return 0.0
    return 2 * fewer / (len(theirs) + len(ours)) if fewer else 0.0


def _decides(word: str) -> bool:
    """Whether a word alone can turn what is asked into something else."""
    return word in _NEGATIONS or len(word) == 1 or not word.isalpha()


def _are_spellings(left: list[str], right: list[str]) -> bool:
    """Whether words are other spellings of those in their place: a plural, a slip."""
    return len(left) == len(right) and all(map(_is_spelling, left, right))


def _is_spelling(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and len(short) >= _SHORTEST_STEM:
        return long[len(short) :] in _ENDINGS
    if len(short) < _SHORTEST_SPELLING or short[0] != long[0]:
        return False
    same = (one == other for one, other in zip(short, long, strict=False))
    start = sum(takewhile(bool, same))
    # One letter more, or another one in its place.
    return long[start + 1 :] in (short[start:], short[start + 1 :])


def _overlap(one: list[str], other: list[str]) -> float:
    """The share of words in common, each as often as it comes; 0 where there is none."""
    total = len(one) + len(other)
    common = Counter(one) & Counter(other)
    return 2 * common.total() / total if total else 0.0
