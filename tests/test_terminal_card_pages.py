"""The page of a card: all of it in one file, nothing in it live, and open to nobody else."""

from __future__ import annotations

import html
import os
import re
import shutil
import stat
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.errors import MlreadyError
from mlready.mathtext.widths import END_OF_MARK, MARK
from mlready.store.reading import CardContent, Source
from mlready.terminal.typeset.browser import has_browser
from mlready.terminal.typeset.card_html import card_page, fill_holes
from mlready.terminal.typeset.card_pages import (
    KEPT,
    open_page,
    page_name,
    read_pictures,
    write_page,
)

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DOT = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)


def text(content: str) -> list[Any]:
    return ["paragraph", [["text", content]]]


def card(**changes: Any) -> CardContent:
    content: dict[str, Any] = {
        "card_id": 1,
        "note_id": 1,
        "key": "sets/russell",
        "ordinal": 1,
        "siblings": 1,
        "topic": "sets",
        "kind": "failure-mode",
        "level": "breadth",
        "is_cloze": False,
        "prompt": [["paragraph", [["text", "Is there a set with "], ["math", "P(x)"]]]],
        "answer": [text("Not always:"), ["display_math", r"R = \{x : x \notin x\}"]],
        "must_mention": ([text("self-reference")],),
        "source": Source("Halmos (1960)", "Section 2", "https://example.org/?a=1&b=2"),
        "path": "questions/sets.yaml",
        "line": 7,
    }
    return CardContent(**content | changes)


CLOZE = card(
    is_cloze=True,
    prompt=[
        [
            "paragraph",
            [["cloze", 1, "how many", [["math", "2^n"]]], ["cloze", 2, "", [["text", "B"]]]],
        ],
        [
            "cloze_math",
            True,
            ["x^", ["cloze", 1, "", r"\alpha"], "b", ["cloze", 2, "", r"\le"], "c"],
        ],
    ],
    answer=[],
    must_mention=(),
    source=None,
)


def page_of(shown: CardContent, *, revealed: bool = False) -> str:
    return card_page(shown, "Sets", revealed=revealed, pictures={})


class Reading(HTMLParser):
    """The tags of a page, and the text of its body."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.within: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.within:
            del self.within[len(self.within) - 1 - self.within[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if "main" in self.within:
            self.text += data


def test_a_page_has_everything_of_the_card() -> None:
    found = Reading(page_of(card(), revealed=True))
    for part in (
        "Sets", "failure mode", r"\(P(x)\)", r"\[R = \{x : x \notin x\}\]", "Must mention",
        "self-reference", "Source: Halmos (1960), Section 2", "sets/russell, questions/sets.yaml:7",
    ):  # fmt: skip
        assert part in found.text
    assert ("a", {"href": "https://example.org/?a=1&b=2"}) in found.tags
    assert ("details", {"open": None}) in found.tags


def test_the_answer_is_folded_away_until_it_is_revealed() -> None:
    page = page_of(card())
    assert ("details", {}) in Reading(page).tags
    outside = re.sub(r"<details>.*</details>|<s(tyle|cript)>.*?</s\1>", "", page, flags=re.DOTALL)
    assert not re.search("Not always|notin|self-reference|Halmos", outside)


def test_a_key_that_tells_the_answer_is_in_sight_with_it_only() -> None:
    page = page_of(card())
    outside = re.sub(r"<details>.*</details>", "", page, flags=re.DOTALL)
    assert "sets/russell, questions/sets.yaml" in page
    assert "russell" not in outside
    assert "russell" not in page_name("sets/russell")
    assert page_name("sets/russell") != page_name("sets/axioms")


def test_a_cloze_shows_its_hole() -> None:
    page = page_of(CLOZE)
    asked = page[page.index('class="question"') : page.index("<details")]
    assert '<span class="hole">&#91;how many]</span>B' in asked
    assert r"\[x^{\htmlClass{hole}{\boxed{\cdots}}}b\le c\]" in asked
    assert "2^n" not in asked
    folded = page[page.index("<details") : page.index("<footer")]
    assert r'<span class="hole">\(2^n\)</span>B' in folded
    assert r"\[x^{\htmlClass{hole}{\alpha}}b\le c\]" in folded


def test_a_revealed_cloze_without_an_answer_has_nothing_to_fold() -> None:
    page = page_of(CLOZE, revealed=True)
    assert "<details" not in page
    assert r'<span class="hole">\(2^n\)</span>B' in page


def test_a_hint_is_text_unless_it_is_tex() -> None:
    def hole(hint: str) -> str:
        parts = [["cloze_math", False, [["cloze", 1, hint, "x"]]]]
        ((_, tex),) = fill_holes(parts, 1, revealed=False)
        return str(tex)

    assert hole("50 % of a_b & c") == r"\htmlClass{hole}{\boxed{\text{50 \% of a\_b \& c}}}"
    assert hole(r"\sigma^2") == r"\htmlClass{hole}{\boxed{\sigma^2}}"


HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</main></script>", "\\(x\\)",
    '" onload="alert(1)', "</title><script>", MARK, END_OF_MARK, "{{c1::x}}", "javascript:alert(1)",
    "]]>", "<!--", "&lt;script&gt;",
)  # fmt: skip


@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map("".join), st.booleans())
def test_nothing_that_is_written_becomes_live(words: str, revealed: bool) -> None:
    hostile = [
        text(words),
        ["display_math", words],
        ["paragraph", [["code", words], ["link", words, [["text", words]]]]],
        ["paragraph", [["image", words, words], ["image", "dot.gif", words]]],
        ["code_block", words, words],
        ["paragraph", [["cloze", 1, words, [["text", words]]]]],
        ["cloze_math", True, [words, ["cloze", 1, words, words]]],
    ]
    source = Source(words, words, words)
    shown = card(key=words, kind=words, prompt=hostile, answer=hostile, is_cloze=True,
                 must_mention=(hostile,), source=source, path=words)  # fmt: skip
    found = Reading(card_page(shown, words, revealed=revealed, pictures={}))
    tags = [tag for tag, _ in found.tags]
    assert tags.count("script") == 1
    assert tags.count("style") == 1
    assert set(tags).isdisjoint({"iframe", "object", "embed", "form", "base", "link", "img"})
    for _, attributes in found.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert "javascript" not in (attributes.get("href") or "")
    opened = tags.count("span")
    page = card_page(shown, words, revealed=revealed, pictures={})
    assert opened == page[: page.index("<script>")].count("</span>")


def test_nothing_is_loaded_from_anywhere() -> None:
    page = page_of(card(), revealed=True)
    assert "default-src 'none'" in page
    assert not re.search(r"url\((?!data:)", page)
    assert page.count("url(data:font/woff2;base64,") == 20
    for tag, attributes in Reading(page).tags:
        assert "src" not in attributes, tag
        assert tag == "a" or "href" not in attributes


def test_the_licence_is_beside_what_it_is_of() -> None:
    folder = Path(sys.modules["mlready.terminal.typeset.card_html"].__file__ or "").parent / "katex"
    assert "MIT License" in (folder / "LICENSE").read_text(encoding="utf-8")


# --- files -------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for data; no browser can be opened."""
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    monkeypatch.setenv("MLREADY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.skipif(os.name == "nt", reason="modes of Unix files")
def test_a_page_is_its_readers_own(home: Path, tmp_path: Path) -> None:
    (home / "pages").mkdir(mode=0o755, parents=True)
    page = write_page(card(), tmp_path, topic="Sets", revealed=False)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert stat.S_IMODE((home / "pages").stat().st_mode) == 0o700


def test_a_card_has_one_page(home: Path, tmp_path: Path) -> None:
    first = write_page(card(), tmp_path, topic="Sets", revealed=False)
    assert write_page(card(), tmp_path, topic="Sets", revealed=True) == first
    assert [path.name for path in (home / "pages").iterdir()] == [page_name("sets/russell")]


def test_old_pages_go(home: Path, tmp_path: Path) -> None:
    (home / "pages").mkdir(parents=True)
    for number in range(30):
        path = home / "pages" / f"old.{number:02}.html"
        path.write_text("old")
        os.utime(path, (number, number))
    write_page(card(), tmp_path, topic="Sets", revealed=False)
    names = sorted(path.name for path in (home / "pages").iterdir())
    assert len(names) == KEPT
    assert names[0] == "old.11.html"
    assert names[-1] == page_name("sets/russell")


@given(st.text(max_size=400))
def test_a_page_stays_in_its_folder(key: str) -> None:
    name = page_name(key)
    assert re.fullmatch(r"[a-z0-9-][a-z0-9.-]*\.html", name)
    assert len(name) <= 125
    assert Path(name).name == name


def test_a_page_that_cannot_be_written_is_a_sentence(home: Path, tmp_path: Path) -> None:
    home.write_text("a file where a folder should be")
    with pytest.raises(MlreadyError, match=r"sets\.\w+\.html cannot be written"):
        open_page(card(), tmp_path, topic="Sets", revealed=False)


def test_pictures_come_from_the_deck_alone(tmp_path: Path) -> None:
    deck = tmp_path / "deck"
    (deck / "media").mkdir(parents=True)
    (deck / "media" / "dot.gif").write_bytes(DOT)
    (deck / "media" / "notes.txt").write_text("private")
    (tmp_path / "outside.png").write_bytes(DOT)
    (deck / "media" / "link.png").symlink_to(tmp_path / "outside.png")
    (deck / "media" / "big.png").write_bytes(b"x" * 6_000_000)
    names = [
        "dot.gif",
        "notes.txt",
        "link.png",
        "../../outside.png",
        "gone.png",
        "big.png",
        "\0.png",
    ]
    document = [["paragraph", [["image", name, name] for name in names]]]
    found = read_pictures(deck, (document,))
    assert list(found) == ["dot.gif"]
    page = card_page(card(prompt=document), "Sets", revealed=False, pictures=found)
    assert '<img src="data:image/gif;base64,R0lGOD' in page
    assert "&#91;picture: gone.png]" in page


# --- browsers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({}, "linux", False),
        ({"BROWSER": "firefox"}, "linux", True),
        ({"BROWSER": "/usr/bin/w3m -s", "DISPLAY": ":0"}, "linux", False),
        ({"BROWSER": " "}, "linux", False),
        ({}, "darwin", True),
        ({}, "win32", True),
        ({"SSH_CONNECTION": "a b c d"}, "darwin", False),
    ],
)
def test_who_has_a_browser(environment: dict[str, str], platform: str, *, expected: bool) -> None:
    assert has_browser(environment, platform) is expected


def test_without_a_browser_the_page_is_named(home: Path, tmp_path: Path) -> None:
    said = open_page(card(), tmp_path, topic="Sets", revealed=False)
    page = home / "pages" / page_name("sets/russell")
    assert said == f"No browser can be opened from here. The page is {page}"
    assert page.is_file()


@pytest.mark.skipif(os.name == "nt", reason="a shell script as browser")
def test_the_browser_gets_the_page_and_writes_nothing_here(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    browser = tmp_path / "browser"
    opened = tmp_path / "opened"
    browser.write_text(f'#!/bin/sh\necho noise; echo noise >&2\necho "$TERM$1" > {opened}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    said = open_page(card(), tmp_path, topic="Sets", revealed=False)
    address = (home / "pages" / page_name("sets/russell")).as_uri()
    assert said == f"Opened in your browser: {address}"
    assert opened.read_text() == f"{address}\n"
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="a shell script as browser")
def test_a_browser_that_fails_is_no_browser(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", str(tmp_path / "missing"))
    monkeypatch.setenv("PATH", str(tmp_path))
    said = open_page(card(), tmp_path, topic="Sets", revealed=False)
    assert said.startswith("No browser can be opened from here.")
    assert str(home) in said


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.usefixtures("home")
def test_a_real_browser_typesets_every_formula(tmp_path: Path) -> None:
    """Chromium shows all formulas, the hole marked, and complains of nothing."""
    answer = [
        [
            "display_math",
            r"\widehat{\mathfrak R}_S(\mathcal F) = \mathbb E\Bigl[\sup_f\tfrac1m\Bigr]",
        ],
        ["paragraph", [["text", r"prose \(x\) "], ["code", r"\(y\)"], ["math", "a<b"]]],
        ["paragraph", [["math", r"\begin{cases}1 & x > 0\\[1pt] 0\end{cases}"]]],
        ["paragraph", [["image", "dot.gif", "a dot"]]],
    ]
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "dot.gif").write_bytes(DOT)
    shown = card(is_cloze=True, prompt=CLOZE.prompt, answer=answer)
    page = write_page(shown, tmp_path, topic="Sets", revealed=False)
    done = subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
         f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env=os.environ | {"HOME": str(tmp_path)},
    )  # fmt: skip
    body = done.stdout[done.stdout.index("<main>") : done.stdout.index("</main>")]
    assert len(re.findall(r'class="katex"', body)) == 1 + 2 + 3
    assert "katex-error" not in body
    assert len(re.findall(r'class="enclosing hole', body)) == 2
    plain = html.unescape(re.sub(r"<[^>]+>", "", body))
    assert r"prose \(x\) \(y\)" in plain
    assert "CONSOLE" not in done.stderr, done.stderr
