"""What arrives in each version of Anki, and what its cards show."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.anki_versions.conftest import Anki, Author, Export

NOTETYPES = ["mlready cloze", "mlready question"]


@pytest.fixture(scope="session")
def marks_package(marks: Callable[[str], Author]) -> Export:
    return marks("marks").export(day=0)


def ours(anki: Anki) -> list[str]:
    return [name for name in anki.notetypes() if "mlready" in name]


def test_the_shipped_deck_imports_cleanly(anki: Anki, shipped_package: Export) -> None:
    count = anki.put(shipped_package)["new"]
    assert count >= 200
    assert anki.check() == []
    schema = anki.schema()
    assert anki.put(shipped_package) == {"duplicate": count}
    assert ours(anki) == NOTETYPES
    assert anki.schema() == schema
    assert anki.check() == []


@pytest.mark.parametrize("option", ["with_scheduling", "with_deck_configs", "merge_notetypes"])
def test_other_options_are_clean_as_well(anki: Anki, shipped_package: Export, option: str) -> None:
    schema = anki.schema()
    (count,) = anki.put(shipped_package, **{option: True}).values()
    assert anki.put(shipped_package, **{option: True}) == {"duplicate": count}
    assert anki.check() == []
    assert ours(anki) == NOTETYPES
    assert {card["queue"] for note in anki.notes().values() for card in note["cards"]} == {0}
    assert anki.schema() >= schema


class Page(HTMLParser):
    """What a browser would make of a card: its text, its elements and what they fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.elements: set[str] = set()
        self.handlers: set[str] = set()
        self.fetched: set[str] = set()
        self.links: set[str] = set()
        self.feed(html.rpartition("</style>")[2])
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.add(name)
            elif name == "href":
                self.links.add(value or "")
            elif name in {"src", "srcset", "data", "poster", "background", "action"}:
                self.fetched.add(value or "")


def faces(anki: Anki, package: Export) -> dict[str, list[tuple[Page, Page]]]:
    anki.put(package)
    return {
        key: [(Page(card["question"]), Page(card["answer"])) for card in note["cards"]]
        for key, note in anki.notes().items()
    }


def test_every_sign_survives(anki: Anki, marks_package: Export) -> None:
    """The text of a card is what MathJax and the reader get: what the author wrote."""
    ((front, back),) = faces(anki, marks_package)["braces/plain"]
    question = r"""Is 1 < 2 && "3" > '2' in \(\sum_{i<n} a_{{i}_{j}} \& b\)?"""
    assert question in front.text
    for expected in (
        question,
        "Braces & <brackets>",
        "Yes: {{Key}} {{#Field}}field{{/Field}} <script>alert(1)</script>",
        " <img src=x onerror=alert(1)>.",
        r"\[\frac{1}{\sqrt{x_{{1}}}} < \begin{pmatrix} a & b \\ c & d \end{pmatrix}\]",
        """if a < b and c["{{x}}"] > '&amp;':\n    pass  # {{#Field}} \\(not math\\)""",
        "one < two",
        r"\(x_{{1}}\)",
        "Section <2>",
    ):
        assert expected in back.text


def test_holes_survive_their_braces(anki: Anki, marks_package: Export) -> None:
    """Braces may be spaced, which TeX does not see."""
    cards = faces(anki, marks_package)["braces/holes"]
    assert len(cards) == 3
    whole = (
        r"The rate is \(\frac{a}{b^{2}}\), at most \(\frac{1}{ x_{{1}} } < i\) "
        'for "std::vector" and a < b & c.'
    )
    fronts = (
        whole.replace(r"\(\frac{a}{b^{2}}\)", "[...]"),
        whole.replace("x_{{1}}", "[...]"),
        whole.replace("a < b & c", "[a hint]"),
    )
    for (front, back), expected in zip(cards, fronts, strict=True):
        assert squeeze(expected) in squeeze(front.text)
        assert squeeze(whole) in squeeze(back.text)
        assert "{{no}} hole" in back.text


def squeeze(text: str) -> str:
    return "".join(text.split())


def test_nothing_on_a_card_is_live_or_remote(anki: Anki, marks_package: Export) -> None:
    for cards in faces(anki, marks_package).values():
        for page in (page for both in cards for page in both):
            assert not page.elements & {"script", "iframe", "object", "embed", "link", "form"}
            assert not page.handlers
            assert page.fetched <= {"line.svg"}
            for link in page.links:
                assert link.startswith(("https://example.org/", "anki://"))
    assert anki.check() == []


def test_a_card_shows_all_there_is(anki: Anki, marks_package: Export) -> None:
    ((front, back),) = faces(anki, marks_package)["quotes/second"]
    assert "When does a quote end early?" in front.text
    assert "When a mark is in it" not in front.text
    for part in (
        "When does a quote end early?",
        "When a mark is in it.",
        "a mark",
        "failure mode",
        "breadth",
        "1 Signs",
        "Quotes",
        "Naive Set Theory",
        "Section 4",
        "Braces & <brackets>",
    ):
        assert part in back.text
    assert "https://example.org/?a=1&b=2" in back.links


def new_options(anki: Anki, deck: str) -> Any:
    preset = anki.decks()[deck]["preset"]
    return preset["name"], preset["newGatherPriority"], preset["newSortOrder"]


def test_the_package_brings_a_preset_for_those_who_want_it(
    anki: Anki, marks_package: Export
) -> None:
    anki.put(marks_package, with_deck_configs=True)
    decks = anki.decks()
    title = "Marks & <signs>"
    phases = [f"{title}::1 Signs", f"{title}::2 Further signs"]
    lowest_position, as_gathered = 1, 1
    for name in (title, *phases):
        assert new_options(anki, name) == (title, lowest_position, as_gathered)
        assert decks[name]["preset"]["desiredRetention"] == 0.9
        assert decks[name]["preset"]["new"]["perDay"] == 20
        assert decks[name]["description"]
    assert new_options(anki, "Default")[0] == "Default"


def test_the_preset_stays_away_by_default(anki: Anki, marks_package: Export) -> None:
    anki.put(marks_package)
    assert {deck["preset"]["id"] for deck in anki.decks().values()} == {1}
