"""A formula read aloud line by line: each row of equations is a line of its own."""

from __future__ import annotations

from mlready.mathtext.commands import ALIGNMENTS
from mlready.mathtext.grouping import only_thing
from mlready.mathtext.speaking.speech import say_row, speak
from mlready.mathtext.speaking.spoken_delimiters import say_label
from mlready.mathtext.speaking.spoken_phrases import join, pause, tidy
from mlready.mathtext.tree import Grid, Node, Tagged
from mlready.mathtext.widths import END_OF_MARK, MARK


def speak_lines(node: Node) -> list[str]:
    """What one says for a formula, a line for each row of equations; otherwise one line.

    The first row does not say that it is one: one hears it from the second.
    """
    only, is_marked = only_thing((node.body if isinstance(node, Tagged) else node,))
    if not isinstance(only, Grid) or only.name not in ALIGNMENTS:
        return [speak(node)]
    tags = dict(only.tags)
    if isinstance(node, Tagged):
        tags[len(only.rows) - 1] = node.label
    lines = []
    for at, row in enumerate(only.rows):
        number = [f"line {at + 1}"] if at else []
        tag = [f"tag {say_label(tags[at], say_row)}"] if at in tags else []
        said = tidy(pause(*number, join(*map(say_row, row)), *tag))
        lines.append(f"{MARK}{said}{END_OF_MARK}" if is_marked else said)
    return lines
