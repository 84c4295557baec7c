"""What is wrong with what a package printed for a formula."""

from __future__ import annotations

import re
from typing import Final

from mlready.mathtext.reading.constructs import COMMANDS
from mlready.mathtext.widths import width_of

# A command, an escaped sign, the end of a line, a dollar.
_LATEX: Final = re.compile(r"\\[A-Za-z]{2,}|\\[,;:!{}|&\\]|\$")
_STRUCTURE: Final = re.compile(rf"\\(?:{'|'.join(set(COMMANDS) - {'sqrt'})}|right|middle|end)\b|\$")
_BRACE: Final = re.compile(r"\\[{}]|\\[lr]brace|\\(?:left|right)\.")
_TWO_BRACES: Final = re.compile(r"\{(?:cases|Bmatrix)\}")


def raw_latex(tex: str, output: str, *, is_ascii: bool = False) -> str:
    r"""What in the output is LaTeX that a reader would have to know; empty if nothing is.

    Braces, `&` and `$` that the formula shows do not count (`\{`, `\&`, `\$`, cases). In ASCII a
    `\` is a stroke, behind which `alpha` may stand: there only commands count that are no symbols.
    """
    found = (_STRUCTURE if is_ascii else _LATEX).search(output)
    if found and not (found[0] == "$" and r"\$" in tex):
        return found[0]
    braces = len(_BRACE.findall(tex)) + len(_TWO_BRACES.findall(tex))
    if sum(map(output.count, "{}")) > braces:
        return "{"
    return "&" if "&" in output and r"\&" not in tex else ""


def same_to_a_reader(one: str, other: str, *, is_drawn: bool) -> bool:
    """Whether two outputs say the same.

    Drawings are compared row by row, without the blanks around them. In a line, broken or not,
    blanks say nothing: `1/n x` may be either of what it might be.
    """
    return _picture(one, is_drawn=is_drawn) == _picture(other, is_drawn=is_drawn)


def _picture(output: str, *, is_drawn: bool) -> list[str]:
    rows = [row.rstrip() for row in output.split("\n")]
    rows = [row for row in rows if row]
    if len(rows) == 1 or not is_drawn:
        return ["".join("".join(rows).split())]
    indent = min((len(row) - len(row.lstrip()) for row in rows), default=0)
    return [row[indent:] for row in rows]


def columns(output: str) -> int:
    """The width of the widest row in a terminal."""
    return max(map(width_of, output.split("\n")))
