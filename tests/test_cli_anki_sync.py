"""`mlready anki sync`, from edited files and a real Anki to both of them in line."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from mlready.store.reading import open_reader
from tests.anki_connect_fixtures import AnkiServer, Faults, anki_server
from tests.study_fixtures import Place, Result, place, run, used_place

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["anki_server", "place", "run", "used_place"]

DAY = 86_400
TOPICS = {"sets": (), "maps": ("sets",), "limits": ("maps",)}


class Learner:
    """Somebody with a deck, a terminal and an Anki that runs."""

    def __init__(
        self,
        server: AnkiServer,
        place: Place,
        run: Callable[..., Result],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.server = server
        server.deck = "Trail"
        self.place = place
        self._run = run
        self._monkeypatch = monkeypatch
        self._start = time.time()

    def run(self, *args: str) -> Result:
        """Run a command at the time that the simulation has reached."""
        self._monkeypatch.setenv("MLREADY_NOW", self.now)
        return self._run(*args)

    @property
    def now(self) -> str:
        """The time that the simulation has reached."""
        moment = self._start + len(self.server.days) * DAY + 60
        return datetime.fromtimestamp(moment, UTC).isoformat()

    def put(self) -> None:
        """Export a package and import it."""
        assert self.run("export").code == 0
        self.server.import_package(self.place.root / "trail.apkg")

    def sync(self, *args: str) -> Result:
        """Sync without being asked."""
        return self.run("anki", "sync", "--address", f"http://127.0.0.1:{self.server.port}", *args)

    def edit(self, path: str, old: str, new: str) -> None:
        """Edit a file of the deck."""
        file = self.place.deck / path
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def rows(self, statement: str) -> list[Any]:
        """Rows of the store."""
        reader = open_reader(f"sqlite:///{self.place.home / 'trail.sqlite3'}", "trail")
        assert reader is not None
        found = reader.rows(statement)
        reader.close()
        return found

    def suspended(self) -> list[str]:
        """Topics of suspended cards."""
        return sorted(topic_of(card) for card in self.server.cards("is:suspended"))


def topic_of(card: Any) -> str:
    """The topic of a card in Anki."""
    key: str = card.note()["Key"]
    return key.partition("/")[0]


@pytest.fixture
def learner(
    anki_server: AnkiServer,
    used_place: Place,
    run: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
) -> Learner:
    return Learner(anki_server, used_place, run, monkeypatch)


def test_after_an_import_there_is_nothing_to_do(learner: Learner) -> None:
    learner.put()
    before = learner.server.rows()
    done = learner.sync("--yes")
    assert done.code == 0, done.err
    assert "there is nothing to do" in done.out
    assert learner.server.rows() == before


def test_without_a_terminal_it_only_shows_what_it_would_do(learner: Learner) -> None:
    learner.put()
    learner.edit("questions/maps.yaml", "When is a map injective?", "What is injective?")
    learner.server.answer()
    before, reviews = learner.server.rows(), learner.rows("SELECT * FROM revlog")
    for args in ((), ("--dry-run",), ("--json",), ("--gate",)):
        done = learner.sync(*args)
        assert done.code == 0, done.err
        assert "maps/injective" in done.out
    assert learner.server.rows() == before
    assert learner.rows("SELECT * FROM revlog") == reviews == []
    assert not learner.rows("SELECT * FROM settings WHERE name = 'anki-gate'")


def test_reviews_come_home_and_edits_go_there(learner: Learner) -> None:
    learner.put()
    learner.edit("questions/maps.yaml", "When is a map injective?", "What is injective?")
    answered = [learner.server.answer() for _ in range(2)]
    done = learner.sync("--yes")
    assert done.code == 0, done.err
    assert "Done: 2 reviews came home, 1 note updated." in done.out
    assert "What is injective" in learner.server.note("Key:maps/injective")["Question"]
    found = learner.rows("SELECT reviewed_at, rating, origin FROM revlog ORDER BY review_id")
    log = learner.server.col.db.list("select id from revlog order by id")
    assert found == [(review, 3, "anki") for review in log]
    assert len(answered) == len(log)
    assert "there is nothing to do" in learner.sync("--yes").out


def test_json_says_it_all(learner: Learner) -> None:
    learner.put()
    learner.server.answer()
    learner.edit("questions/maps.yaml", "When is a map injective?", "What is injective?")
    data = json.loads(learner.sync("--json", "--gate", "--yes").out)
    assert data["reviews"] == {"new": 1, "known": 0, "refused": 0}
    assert data["done"] == {"updated": 1, "tagged": 2, "suspended": 2}
    assert [update["key"] for update in data["updated"]] == ["maps/injective"]
    assert {hold["reason"] for hold in data["suspended"]} == {"locked"}
    assert data["failures"] == []


def test_new_questions_are_left_to_the_package(learner: Learner) -> None:
    learner.put()
    learner.edit(
        "questions/maps.yaml",
        "questions:",
        "questions:\n  - {id: onto, kind: definition, question: When is a map onto?,"
        " answer: When it meets all.}",
    )
    done = learner.sync("--yes")
    assert "1 question that Anki does not have yet" in done.out
    assert "maps/onto" in done.out
    learner.put()
    assert "maps/onto" not in learner.sync("--yes").out


def insert_phase(learner: Learner) -> None:
    """Put a phase between the two of the deck, so that the second's number changes."""
    learner.edit("deck.yaml", "[Ground, Heights]", "[Ground, Slopes, Heights]")
    topics = learner.place.deck / "topics"
    (topics / "2-heights.yaml").rename(topics / "3-heights.yaml")
    (topics / "2-slopes.yaml").write_text("topics: []\n")


@pytest.mark.parametrize("imports", [False, True])
def test_cards_leave_a_deck_whose_name_the_author_changed(learner: Learner, imports: bool) -> None:
    learner.put()
    insert_phase(learner)
    learner.edit("deck.yaml", "title: Trail", "title: Track")
    if imports:
        learner.put()
    done = learner.sync("--yes")
    assert "6 cards moved" in done.out
    assert {place for _, _, place, _ in end_state(learner)} == {
        "Track::1 Ground",
        "Track::3 Heights",
    }
    assert "there is nothing to do" in learner.sync().out


def test_what_no_tag_can_hold_is_neither_shown_nor_sent(learner: Learner) -> None:
    learner.put()
    learner.server.more_tags = [
        "mlready::kind::\x9b31m",
        "mlready::locked::\ud800",
        "mlready::kind::x y",
    ]
    for args in ((), ("--json",)):
        done = learner.sync(*args)
        assert done.code == 0, done.err
        assert all(letter.isprintable() or letter == "\n" for letter in done.out)
        assert "mlready::" not in done.out


# --- the gate --------------------------------------------------------------------------


def test_the_gate_opens_as_things_become_known_and_stays_until_it_is_taken_away(
    learner: Learner,
) -> None:
    learner.put()
    assert learner.sync("--yes", "--gate").code == 0
    assert learner.suspended() == ["limits", "maps"]
    assert "there is nothing to do" in learner.sync("--yes").out
    for _ in range(4):
        learner.server.answer(3)
    assert "1 card to release" in learner.sync("--yes").out
    assert learner.suspended() == ["limits"]
    done = learner.sync("--yes", "--no-gate")
    assert "1 card released" in done.out
    assert learner.suspended() == []
    assert not learner.rows("SELECT * FROM held_cards")
    assert not learner.rows("SELECT * FROM settings WHERE name = 'anki-gate'")
    assert "there is nothing to do" in learner.sync("--yes").out


def test_opening_and_shutting_the_gate_is_said_where_no_card_waits(learner: Learner) -> None:
    learner.put()
    learner.run("known", "sets", "maps")
    done = learner.sync("--gate")
    assert "each sync holds new cards back" in done.out
    assert "Nothing was done: say --yes" in done.err
    learner.sync("--gate", "--yes")
    assert "there is nothing to do" in learner.sync("--gate").out
    assert "no card is held back" in learner.sync("--no-gate").out


def test_a_question_that_requires_more_waits_for_that_too(learner: Learner) -> None:
    learner.edit(
        "questions/sets.yaml",
        "    question: Name the",
        "    requires: [maps]\n    question: Name the",
    )
    learner.put()
    learner.sync("--yes", "--gate")
    assert learner.suspended() == ["limits", "maps", "sets"]
    for _ in range(3):
        learner.server.answer(3)
    learner.sync("--yes")
    assert learner.suspended() == ["limits", "sets"]


def test_what_is_marked_as_known_opens_the_gate(learner: Learner) -> None:
    learner.put()
    learner.run("known", "sets")
    learner.sync("--yes", "--gate")
    assert learner.suspended() == ["limits"]


def test_reviews_made_here_open_it_too(learner: Learner) -> None:
    learner.put()
    learner.sync("--yes", "--gate")
    assert learner.place.run("review", stdin="\n4\n" * 3, MLREADY_NOW=learner.now).returncode == 0
    assert learner.rows("SELECT COUNT(*) FROM revlog") == [(3,)]
    learner.sync("--yes")
    assert learner.suspended() == ["limits"]


def test_a_topic_that_the_learner_suspended_in_anki_locks_nothing(learner: Learner) -> None:
    learner.put()
    server = learner.server
    mine = [card.id for card in server.cards() if topic_of(card) == "sets"]
    server.col.sched.suspend_cards(mine)
    learner.sync("--yes", "--gate")
    assert learner.suspended() == ["limits", *["sets"] * len(mine)]
    learner.sync("--yes", "--no-gate")
    assert learner.suspended() == ["sets"] * len(mine)


@pytest.mark.parametrize("seed", range(4))
def test_with_the_gate_anki_itself_keeps_to_the_order(learner: Learner, seed: int) -> None:
    """Day after day Anki shows what it wants to; nothing new before all it rests on is learned."""
    learner.put()
    learned: set[str] = set()
    introduced: list[str] = []
    chance = Random(seed)  # noqa: S311
    for _ in range(8):
        assert learner.sync("--yes", "--gate").code == 0
        while queued := learner.server.queued():
            card = learner.server.col.get_card(queued.card.id)
            topic = topic_of(card)
            if card.type == 0:
                introduced.append(topic)
                assert set(TOPICS[topic]) <= learned, introduced
            learner.server.answer(*chance.choices(range(4), (1, 1, 5, 2)))
        cards = learner.server.cards("prop:ivl>=1")
        learned = {topic_of(card) for card in cards}
        learner.server.pass_day()
    assert sorted(introduced) == ["limits", "maps", "sets", "sets", "sets", "sets"]
    assert not learner.suspended()


# --- what can go wrong -----------------------------------------------------------------


def test_where_nothing_listens_it_says_what_to_start(learner: Learner) -> None:
    learner.put()
    done = learner.run("anki", "sync", "--yes", "--address", "http://127.0.0.1:1")
    assert done.code == 1
    assert done.err.startswith("mlready: Anki cannot be reached at 127.0.0.1:1\n  start Anki")


@pytest.mark.parametrize(
    "address",
    ["http://192.0.2.1:8765", "https://127.0.0.1", "http://example.org", "http://u@[::1]"],
)
def test_only_this_machine_is_spoken_to(learner: Learner, address: str) -> None:
    done = learner.run("anki", "sync", "--address", address)
    assert done.code == 1
    assert "on this machine only" in done.err


def test_a_key_is_asked_for_and_taken(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    learner.put()
    learner.server.key = "sesame"
    done = learner.sync("--yes")
    assert (done.code, "MLREADY_ANKI_KEY" in done.err) == (1, True)
    monkeypatch.setenv("MLREADY_ANKI_KEY", "sesame")
    learner.edit("questions/maps.yaml", "When is a map injective?", "What is injective?")
    assert learner.sync("--yes", "--gate").code == 0
    assert "there is nothing to do" in learner.sync().out


CHANGES = (
    "updateNoteFields",
    "addTags",
    "removeTags",
    "changeDeck",
    "setSpecificValueOfCard",
    "suspend",
    "areSuspended",
    "unsuspend",
)
MISHAPS = [
    ("findCards", "garbage"),
    ("findCards", "null"),
    ("notesInfo", "half"),
    ("cardsInfo", "slow"),
    ("getReviewsOfCards", "error"),
    *((action, kind) for action in CHANGES for kind in ("drop", "closed")),
]


@pytest.mark.parametrize(("action", "kind"), MISHAPS)
def test_whatever_breaks_off_is_said_and_the_next_sync_completes_it(
    learner: Learner, action: str, kind: str
) -> None:
    learner.put()
    server = learner.server
    learner.sync("--yes", "--gate")
    for _ in range(4):
        server.answer(3)
    make_everything_change(learner)
    server.faults = Faults(action, 0, kind)
    args = ("--yes", "--gate", *(("--timeout", "0.3") if kind == "slow" else ()))
    done = learner.sync(*args)
    assert done.code == 1
    assert server.faults.seen
    assert "\nmlready: " in done.err
    assert "Traceback" not in done.err
    server.start_again()
    done = learner.sync("--yes")
    assert done.code == 0, done.err
    done = learner.sync()
    assert "there is nothing to do" in done.out
    assert "Stays as it is" not in done.out
    assert end_state(learner) == END
    # Whose suspension is whose was not forgotten.
    learner.sync("--yes", "--no-gate")
    assert learner.suspended() == ["sets"]
    assert [reason for (reason,) in learner.rows("SELECT reason FROM held_cards")] == ["retired"]


def make_everything_change(learner: Learner) -> None:
    """Edit the deck so that a sync has something of everything to do."""
    file = learner.place.deck / "questions/sets.yaml"
    kept = file.read_text().partition("  - id: axioms")[0]
    file.write_text(kept.replace("When is there no set", "When can there be no set"))
    learner.edit("questions/maps.yaml", "kind: definition", "kind: intuition")
    ground = learner.place.deck / "topics/1-ground.yaml"
    lines = ground.read_text().splitlines(keepends=True)
    ground.write_text("".join(line for line in lines if "id: maps" not in line))
    (learner.place.deck / "topics/2-heights.yaml").write_text(
        "topics:\n"
        "  - {id: limits, title: Limits, prerequisites: [sets], why: Analysis begins here.}\n"
        "  - {id: maps, title: Maps between sets, prerequisites: [limits], why: They carry it.}\n"
    )


def end_state(learner: Learner) -> list[Any]:
    """What Anki holds in the end: each card's place and its queue."""
    col = learner.server.col
    return sorted(
        (card.note()["Key"], card.ord, col.decks.name(card.did), card.queue)
        for card in learner.server.cards()
    )


END = [
    ("limits/unique", 0, "Trail::2 Heights", 0),
    ("maps/injective", 0, "Trail::2 Heights", -1),
    ("sets/axioms", 0, "Trail::1 Ground", -1),
    ("sets/counting", 0, "Trail::1 Ground", 2),
    ("sets/counting", 1, "Trail::1 Ground", 2),
    ("sets/russell", 0, "Trail::1 Ground", 2),
]
