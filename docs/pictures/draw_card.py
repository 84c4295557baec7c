"""Take the README's pictures of a card: the real Anki, on a screen that nobody sees.

    draw_card.py PACKAGE FOLDER

Runs in an environment of its own that has `aqt[qt6]`, on an X server such as Xvfb; `make
anki-desktop` sees to both. Anki gets a profile for the occasion; nobody's own is touched.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

# Before Qt is there: Chromium has no sandbox for the superuser, and no graphics card here.
os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = "--no-sandbox --disable-gpu --hide-scrollbars"
os.environ["QT_QUICK_BACKEND"] = "software"
os.environ["QT_SCALE_FACTOR"] = "2"

import aqt
from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest
from aqt.profiles import ProfileManager
from aqt.theme import Theme
from PyQt6.QtCore import QTimer
from PyQt6.QtGui import QImage

if TYPE_CHECKING:
    from collections.abc import Iterator

CARD = "Key:hoeffdings-inequality/statement"
WIDTH, HEIGHT, MARGIN = 680, 1060, 60
PATIENCE_MS = 2_500

# Stands in for the system's own typeface, which a bare machine has not; what is missing
# falls back to what is there.
FONTS = """\
<fontconfig>
  <include>/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <test qual="all" name="family" compare="not_eq"><string>monospace</string></test>
    <edit name="family" mode="prepend_first" binding="strong"><string>Inter</string></edit>
  </match>
</fontconfig>
"""


def prepare_profile(base: Path) -> None:
    """Make a profile that asks no questions when Anki starts."""
    manager = ProfileManager(base)
    manager.setupMeta()
    manager.meta |= {"firstRun": False, "defaultLang": "en_US", "check_for_updates": False}
    manager.create("Learner")
    manager.load("Learner")
    manager.save()


def show_card(package: str) -> None:
    """Import as a learner would, and begin a review with one chosen card."""
    col = aqt.mw.col
    options = ImportAnkiPackageOptions()
    col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options))
    (card,) = col.find_cards(CARD)
    # Its own deck has it first; above it, other phases would come before.
    col.sched.reposition_new_cards([card], 0, 1, randomize=False, shift_existing=True)
    col.decks.select(col.get_card(card).did)
    aqt.mw.moveToState("review")


def take_picture(path: Path) -> None:
    """Save what the card's window shows, in its 256 most frequent colours."""
    image = aqt.mw.web.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    width, height = image.width(), image.height()
    pixels = memoryview(image.constBits().asarray(image.sizeInBytes())).cast("B").cast("I")
    paper = pixels[-1]
    last = max(n for n, colour in enumerate(pixels) if colour != paper) // width
    colours = [colour for colour, _ in Counter(pixels).most_common(256)]
    card = image.copy(0, 0, width, min(height, last + MARGIN))
    card.convertToFormat(QImage.Format.Format_Indexed8, colours).save(str(path), "PNG")


def scenes(package: str, folder: Path) -> Iterator[None]:
    """What happens, one step after another, with a pause between for Anki to draw."""
    aqt.mw.resize(WIDTH, HEIGHT)
    yield
    show_card(package)
    yield
    for theme, name in ((Theme.LIGHT, "light"), (Theme.DARK, "dark")):
        aqt.mw.set_theme(theme)
        yield
        # Shows the answer; a second time it would rate the card.
        if aqt.mw.reviewer.state == "question":
            aqt.mw.reviewer.onEnterKey()
        yield
        take_picture(folder / f"anki-{name}.png")
    aqt.mw.unloadProfileAndExit()


def main(package: str, folder: Path) -> None:
    """Start Anki, play the scenes, end."""
    timer = QTimer()
    with tempfile.TemporaryDirectory() as base:
        fonts = Path(base, "fonts.conf")
        fonts.write_text(FONTS, encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(fonts)
        prepare_profile(Path(base))
        steps = scenes(package, folder)
        timer.timeout.connect(lambda: next(steps, None))
        aqt.gui_hooks.main_window_did_init.append(lambda: timer.start(PATIENCE_MS))
        sys.argv = ["anki", "--base", base, "--profile", "Learner"]
        aqt.run()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]).absolute())
