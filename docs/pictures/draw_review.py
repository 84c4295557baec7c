"""Draw the README's still of a review: the real program in a real pseudo-terminal, as SVG."""

from __future__ import annotations

import html
import os
import sys
import tempfile
from pathlib import Path

import pexpect
import pyte

HERE = Path(__file__).resolve().parent
COLUMNS, ROWS = 84, 34
CELL_WIDTH, LINE_HEIGHT, FONT_SIZE = 8.4, 19, 14
THEMES = {
    "dark": {
        "paper": "#16181d",
        "default": "#d6d9e0",
        "dim": "#7d8390",
        "red": "#f28b82",
        "green": "#8bd49c",
        "brown": "#f0c674",
        "blue": "#82b1ff",
        "magenta": "#d7a6f5",
        "cyan": "#7fd6e0",
    },
    "light": {
        "paper": "#fbfaf7",
        "default": "#24262b",
        "dim": "#8a8f98",
        "red": "#b3261e",
        "green": "#1f7a3a",
        "brown": "#8a6100",
        "blue": "#1a56b8",
        "magenta": "#7b2fa8",
        "cyan": "#0b6e7a",
    },
}


class _Screen(pyte.Screen):
    """A screen that remembers which characters are dim, which pyte does not."""

    def select_graphic_rendition(self, *codes: int, **keywords: object) -> None:
        # pyte passes over "dim"; underline is not used by these screens, so it stands in.
        swapped = [4 if code == 2 else code for code in codes]
        super().select_graphic_rendition(*swapped, **keywords)


def capture() -> _Screen:
    """The screen of a review with the answer shown."""
    screen = _Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {
            "MLREADY_HOME": home,
            "MLREADY_NOW": "2026-11-22T08:30:00+00:00",
            "TERM": "xterm-256color",
        }
        environment.pop("NO_COLOR", None)
        binary = str(Path(sys.executable).with_name("mlready"))
        topics = ["sub-gaussian-random-variables", "common-inequalities"]
        pexpect.run(f"{binary} known --closure {' '.join(topics)}", env=environment)
        pexpect.run(f"{binary} goal hoeffdings-inequality", env=environment)
        child = pexpect.spawn(
            binary, ["review"], env=environment, dimensions=(ROWS, COLUMNS), timeout=20
        )
        output = b""
        # The answer, and three of its points ticked.
        for expected, key in ((b"show the answer", " "), (b"Easy", "xxx"), (b"Easy", "")):
            child.expect(expected)
            output += child.before + child.after
            if key:
                child.send(key)
        child.expect(pexpect.TIMEOUT, timeout=0.5)
        stream.feed(output + (child.before or b""))
        child.terminate(force=True)
    return screen


def draw(screen: _Screen, theme: str) -> str:
    """The screen as an SVG picture."""
    colours = THEMES[theme]
    rows = [y for y in range(ROWS) if screen.display[y].strip()]
    last = max(rows) + 2
    width, height = COLUMNS * CELL_WIDTH + 24, last * LINE_HEIGHT + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}" height="{height}" role="img" '
        'aria-label="A review in the terminal: question, answer, points to mention, ratings">',
        f'<rect width="100%" height="100%" rx="10" fill="{colours["paper"]}"/>',
        "<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', "
        f'monospace" font-size="{FONT_SIZE}" xml:space="preserve">',
    ]
    for y in range(last):
        for x in range(COLUMNS):
            parts.extend(_cell(screen.buffer[y][x], x, y, colours))
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _cell(char: pyte.screens.Char, x: int, y: int, colours: dict[str, str]) -> list[str]:
    left, top = 12 + x * CELL_WIDTH, 12 + y * LINE_HEIGHT
    ink = colours.get(char.fg, colours["default"])
    if char.underscore:
        ink = colours["dim"]
    parts = []
    if char.reverse:
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{CELL_WIDTH}" '
            f'height="{LINE_HEIGHT}" fill="{ink}"/>'
        )
        ink = colours["paper"]
    if char.data.strip():
        weight = ' font-weight="bold"' if char.bold else ""
        slant = ' font-style="italic"' if char.italics else ""
        parts.append(
            f'<text x="{left:.1f}" y="{top + 14:.1f}" fill="{ink}"{weight}{slant}>'
            f"{html.escape(char.data)}</text>"
        )
    return parts


if __name__ == "__main__":
    seen = capture()
    for name in THEMES:
        (HERE / f"review-{name}.svg").write_text(draw(seen, name), encoding="utf-8")
