"""Reviews from each version of Anki to mlready and back again, by every way there is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.anki_versions.conftest import Anki, Author

TITLE = "Marks & <signs>"
DAYS = 12
RATINGS = (3, 4, 3, 3, 1, 3, 2)
# Versions before these reckon with FSRS-4.5 or FSRS-5, under which other numbers are right.
WITH_FSRS_6 = {"25.9.2", "26.9.3"}
# This one lets a Hard within a day lower the stability, which later ones do not.
LOWERED_BY_HARD = {"25.9.2"}
HARD, OF_ANOTHER_DAY = 2, 1


def bring_home(author: Author, file: str, day: float) -> Any:
    return json.loads(author.run("import", "anki", file, "--json", day=day).stdout)


def had_hard_within_a_day(card: dict[str, Any]) -> bool:
    return any(r == HARD and kind != OF_ANOTHER_DAY for _, r, kind in card["reviews"])


def test_reviews_come_home_and_go_back(
    anki: Anki, marks: Callable[[str], Author], tmp_path: Path
) -> None:
    author = marks("learner")
    anki.put(author.export(day=0))
    anki.use_fsrs()
    anki.study_days(TITLE, DAYS, RATINGS)
    learnt = anki.memory()
    reviews = sum(len(card["reviews"]) for card in learnt.values())
    assert len(learnt) == 10
    assert reviews > 30

    files = []
    for name in ("new.apkg", "legacy.apkg", "new.colpkg", "legacy.colpkg"):
        files.append(str(tmp_path / name))
        anki.save(path=files[-1], legacy="legacy" in name)
    # The last is the collection itself, which this Anki has open.
    files.append(str(tmp_path / "collection.anki2"))
    first, *others = (bring_home(author, file, DAYS) for file in files)
    assert (sum(first["added"].values()), first["known"], first["refused"]) == (reviews, 0, 0)
    for other in others:
        assert (other["added"], other["known"], other["refused"]) == ({}, reviews, 0)

    package = author.export("--with-progress", day=DAYS)
    anki.open(path=str(tmp_path / "second.anki2"))
    anki.use_fsrs()
    anki.put(package, with_scheduling=True, with_deck_configs=True)
    arrived = anki.memory()
    for what in ("reviews", "counts", "due_in"):
        assert {k: c[what] for k, c in arrived.items()} == {k: c[what] for k, c in learnt.items()}
    if anki.version in WITH_FSRS_6:
        for key, card in arrived.items():
            if anki.version in LOWERED_BY_HARD and had_hard_within_a_day(card):
                continue
            # Anki keeps three or four decimals of what a package brings.
            assert card["state"] == pytest.approx(learnt[key]["anew"], rel=1e-3)
    assert anki.check() == []
