"""The session as a state machine: whatever a learner does, the queue stays right."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC
from random import Random
from statistics import mean
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mlready.store.reading import TopicRow
from mlready.study.day import StudyDay
from mlready.study.outlook import look_ahead
from mlready.study.session import LEARN_AHEAD_MS, Session, Tally, becomes_leech
from scheduler.days import StudyCalendar
from scheduler.fsrs_adapter import answer
from scheduler.graph import build_graph
from scheduler.memory import NEW, Memory, Rating, State
from scheduler.pace import DEFAULT_PACE, Pace, Showing, gather_work, learn_pace
from scheduler.path import find_path
from scheduler.preset import Preset
from scheduler.queue import DoneToday, QueueCard
from tests.study_fixtures import DAY, NOW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MINUTE, HOUR = 60_000, 3_600_000
CALENDAR = StudyCalendar(UTC, 4)


def make_card(card_id: int, topic: str, note: int | None = None, ordinal: int = 1) -> QueueCard:
    """A new card."""
    return QueueCard(
        card_id=card_id,
        note_id=card_id if note is None else note,
        topic=topic,
        ordinal=ordinal,
        level="breadth",
        position=card_id,
        requires=(),
        state=State.NEW,
        due_day=None,
        due_at=None,
        stability=None,
        last_day=None,
        learned=False,
        suspended=False,
        buried_day=None,
        seconds=DEFAULT_PACE.seconds("", State.NEW),
    )


def make_day(
    cards: Sequence[QueueCard],
    topics: Mapping[str, tuple[str, ...]],
    *,
    day: int = DAY,
    done: DoneToday = DoneToday(),  # noqa: B008 - a constant
    preset: Preset = Preset(),  # noqa: B008 - a constant
) -> StudyDay:
    """A study day with these cards."""
    rows = {name: TopicRow(name, 1, name, "", None, below, "", 1) for name, below in topics.items()}
    graph = build_graph(topics)
    return StudyDay(
        day=day,
        calendar=CALENDAR,
        preset=preset,
        phases=("One",),
        topics=rows,
        graph=graph,
        cards={card.card_id: card for card in cards},
        known=frozenset(),
        done=done,
        goal=None,
        focus=None,
        path=find_path(graph),
        pace=DEFAULT_PACE,
        credits={},
    )


class Learner(RuleBasedStateMachine):
    """A learner who presses anything; `memories` and `log` stand for the store."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.log: list[tuple[int, int, Memory, float]] = []  # card, day, memory before, seconds
        self.again: int | None = None

    @initialize(
        below=st.lists(st.sets(st.integers(0, 4), max_size=2), min_size=1, max_size=5),
        siblings=st.lists(st.integers(1, 3), min_size=1, max_size=10),
        new_per_day=st.integers(1, 12),
        reviews_per_day=st.integers(1, 12),
    )
    def begin(
        self,
        below: list[set[int]],
        siblings: list[int],
        new_per_day: int,
        reviews_per_day: int,
    ) -> None:
        self.topics = {
            f"t{number}": tuple(f"t{lower}" for lower in sorted(lowers) if lower < number)
            for number, lowers in enumerate(below)
        }
        self.preset = Preset(new_per_day=new_per_day, reviews_per_day=reviews_per_day)
        self.cards: dict[int, QueueCard] = {}
        for note, count in enumerate(siblings, 1):
            for ordinal in range(1, count + 1):
                card = len(self.cards) + 1
                topic = f"t{note % len(below)}"
                self.cards[card] = make_card(card, topic, note, ordinal)
        self.memories = dict.fromkeys(self.cards, NEW)
        self.session = Session(self.read_day(), self.now)

    def read_day(self) -> StudyDay:
        """The day as the store would tell it."""
        day = CALENDAR.day_of(self.now)
        today = [entry for entry in self.log if entry[1] == day]
        done = DoneToday(
            new=sum(before.state == State.NEW for _, _, before, _ in today),
            reviews=sum(before.state == State.REVIEW for _, _, before, _ in today),
            seconds=sum(DEFAULT_PACE.counted_seconds(seconds, "") for *_, seconds in today),
            notes=frozenset(self.cards[card].note_id for card, *_ in today),
        )
        cards = []
        for card in self.cards.values():
            memory = self.memories[card.card_id]
            cards.append(
                card._replace(
                    state=int(memory.state),
                    due_day=memory.due_day,
                    due_at=memory.due_at,
                    stability=memory.stability,
                    difficulty=memory.difficulty,
                    last_day=memory.last_day,
                    lapses=memory.lapses,
                    seconds=DEFAULT_PACE.seconds("", int(memory.state)),
                    learned=memory.state >= State.REVIEW,
                )
            )
        return make_day(cards, self.topics, day=day, done=done, preset=self.preset)

    def shown(self) -> int | None:
        """The card on the screen."""
        return self.session.next_card(self.now) if self.again is None else self.again

    # --- what a learner does ---------------------------------------------------------

    @rule(rating=st.sampled_from(Rating), seconds=st.integers(1, 200))
    def rate(self, rating: Rating, seconds: int) -> None:
        card = self.shown()
        if card is None:
            return
        self.again = None
        before = self.memories[card]
        day = self.session.day.day
        after = answer(before, rating, self.now, day, self.preset, card)
        self.log.append((card, day, before, float(seconds)))
        self.memories[card] = after
        self.session.rate(card, rating, after, float(seconds))
        self.now += seconds * 1000

    @rule()
    @precondition(lambda self: self.log and self.log[-1][1] == self.session.day.day)
    def undo(self) -> None:
        card, _, before, _ = self.log.pop()
        self.memories[card] = before
        self.session.tally.take_back(card)
        self.session.reload(self.read_day(), self.now)
        self.again = card

    @rule()
    def suspend(self) -> None:
        card = self.shown()
        if card is not None:
            self.again = None
            self.cards[card] = self.cards[card]._replace(suspended=True)
            self.session.take_out(card, suspended=True)

    @rule()
    def bury(self) -> None:
        card = self.shown()
        if card is not None:
            self.again = None
            for other in self.session.siblings(card):
                held = self.cards[other]
                self.cards[other] = held._replace(buried_day=self.session.day.day)
            self.session.take_out(card, bury=True)

    @rule(minutes=st.integers(1, 40))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(days=st.integers(1, 9))
    def sleep(self, days: int) -> None:
        self.now = CALENDAR.start_of(self.session.day.day + days) + 6 * HOUR

    @rule()
    def restart(self) -> None:
        self.session = Session(self.read_day(), self.now)
        self.again = None

    # --- what always holds -----------------------------------------------------------

    @invariant()
    def check(self) -> None:
        if not hasattr(self, "session"):
            return
        if CALENDAR.day_of(self.now) != self.session.day.day:
            self.session.reload(self.read_day(), self.now)
            self.again = None
        session = self.session
        card = session.next_card(self.now)
        waiting = [*session.queue, *session.later]
        self.check_counts(session, waiting)
        notes = [self.cards[each].note_id for each in waiting]
        assert len(set(notes)) == len(notes), "two siblings"
        assert not any(self.cards[each].suspended for each in waiting)
        assert not any(self.cards[each].buried_day == session.day.day for each in waiting)
        for each in waiting:
            if self.memories[each].state == State.NEW:
                self.check_unlocked(self.cards[each].topic)
        if card is not None:
            assert card in waiting
            ends = session.later.get(card, self.now)
            assert ends <= self.now + LEARN_AHEAD_MS
        # What the session keeps up step by step is what the store would tell anew.
        plan = self.read_day().plan(self.now)
        assert set(waiting) == {*plan.order, *(later.card_id for later in plan.later)}
        assert session.day.done == self.read_day().done
        assert {c: card._replace(requires=()) for c, card in session.day.cards.items()} == {
            card.card_id: card for card in self.read_day().cards.values()
        }

    def check_counts(self, session: Session, waiting: list[int]) -> None:
        assert session.remaining == sum(session.counts()) == len(waiting)
        states = Counter(self.memories[card].state for card in waiting)
        learning = states[State.LEARNING] + states[State.RELEARNING]
        assert session.counts() == (states[State.NEW], learning, states[State.REVIEW])
        today = {self.cards[c].note_id for c, day, _, _ in self.log if day == session.day.day}
        assert session.finished == len(today - {self.cards[card].note_id for card in waiting})
        assert len(session.tally.given) == session.tally.ratings.total()

    def check_unlocked(self, topic: str) -> None:
        """Each foundation has a learned card, or none in study and its own are so."""
        for below in self.topics[topic]:
            mine = [card for card in self.cards.values() if card.topic == below]
            if all(card.suspended for card in mine):
                self.check_unlocked(below)
            else:
                assert any(self.memories[c.card_id].state >= State.REVIEW for c in mine), topic


TestLearner = Learner.TestCase
TestLearner.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)


def learned(due_day: int) -> Memory:
    """The memory of a card that was learned."""
    return Memory(State.REVIEW, None, 5.0, 5.0, due_day, None, DAY, NOW, 1, 0)


def rate_easy(session: Session, card: int) -> None:
    """Rate a card so that it is learned."""
    session.rate(card, Rating.EASY, learned(DAY + 7), 10.0)


def test_a_rating_that_unlocks_a_topic_brings_its_cards_at_once() -> None:
    cards = [make_card(1, "a"), make_card(2, "b")]
    session = Session(make_day(cards, {"a": (), "b": ("a",)}), NOW)
    before = session.locked
    assert (session.queue, before) == ([1], {"b": ("a",)})
    rate_easy(session, 1)
    assert session.next_card(NOW) == 2
    assert session.note_unlocked(before) == session.tally.unlocked == ["b"]


def test_an_undo_locks_the_topic_again_and_unsays_it() -> None:
    cards = [make_card(1, "a"), make_card(2, "b")]
    topics = {"a": (), "b": ("a",)}
    session = Session(make_day(cards, topics), NOW)
    before = session.locked
    rate_easy(session, 1)
    session.next_card(NOW)
    session.note_unlocked(before)
    session.tally.take_back(1)
    session.reload(make_day(cards, topics), NOW)
    assert session.note_unlocked({}) == []
    assert (session.tally.unlocked, session.tally.reviews) == ([], 0)
    assert session.queue == [1]


def test_a_sibling_that_took_the_place_of_an_undone_card_goes_when_it_is_rated() -> None:
    cards = [make_card(1, "a", note=1), make_card(2, "a", note=1, ordinal=2)]
    session = Session(make_day(cards, {"a": ()}), NOW)
    assert session.queue == [1]
    rate_easy(session, 2)
    assert session.queue == []


@pytest.mark.parametrize("marks", [{"suspended": True}, {"bury": True}])
def test_a_card_suspended_or_buried_stays_so_when_its_rating_is_undone(
    marks: dict[str, bool],
) -> None:
    session = Session(make_day([make_card(1, "a")], {"a": ()}), NOW)
    session.take_out(1, **marks)
    step = Memory(State.LEARNING, 1, 2.0, 5.0, None, NOW + 10 * MINUTE, DAY, NOW, 1, 0)
    session.rate(1, Rating.GOOD, step, 5.0)
    assert session.next_card(NOW) is None
    assert session.remaining == 0


def test_steps_that_end_soon_are_not_waited_for() -> None:
    session = Session(make_day([make_card(1, "a")], {"a": ()}), NOW)
    step = Memory(State.LEARNING, 1, 2.0, 5.0, None, NOW + 10 * MINUTE, DAY, NOW, 1, 0)
    session.rate(1, Rating.GOOD, step, 5.0)
    assert session.next_card(NOW) == 1
    assert session.finished == 0
    session.rate(1, Rating.GOOD, replace(step, due_at=NOW + HOUR), 5.0)
    assert session.next_card(NOW) is None
    assert (session.remaining, session.counts()) == (1, (0, 1, 0))


def test_suspending_makes_room_for_another_new_card() -> None:
    cards = [make_card(1, "a"), make_card(2, "a")]
    session = Session(make_day(cards, {"a": ()}, preset=Preset(new_per_day=1)), NOW)
    session.take_out(1, suspended=True)
    assert session.next_card(NOW) == 2
    assert session.counts() == (1, 0, 0)


def test_a_rating_of_an_earlier_session_is_not_taken_from_this_ones_tally() -> None:
    session = Session(make_day([make_card(1, "a"), make_card(2, "a")], {"a": ()}), NOW)
    rate_easy(session, 1)
    session.tally.take_back(2)
    assert session.tally.reviews == 1
    Tally().take_back(1)


def test_the_outlook_counts_today_tomorrow_and_what_the_limits_keep_back() -> None:
    cards = [make_card(number, "a") for number in (1, 2, 3)]
    session = Session(make_day(cards, {"a": ()}, preset=Preset(new_per_day=1)), NOW)
    step = Memory(State.LEARNING, 1, 2.0, 5.0, None, NOW + HOUR, DAY, NOW, 1, 0)
    session.rate(1, Rating.GOOD, step, 5.0)
    ahead = look_ahead(session, NOW)
    assert (ahead.left, ahead.wait_ms, ahead.new_spent) == (1, HOUR, True)
    assert (ahead.new, ahead.learning, ahead.review) == (1, 1, 0)
    rate_easy(session, 1)
    ahead = look_ahead(session, NOW)
    assert (ahead.left, ahead.wait_ms) == (0, None)
    assert (ahead.next_day, ahead.next_count) == (DAY + 7, 1)


def test_the_outlook_knows_spent_minutes() -> None:
    done = DoneToday(seconds=600.0)
    day = make_day([make_card(1, "a")], {"a": ()}, done=done, preset=Preset(minutes_per_day=10.0))
    ahead = look_ahead(Session(day, NOW), NOW)
    assert (ahead.minutes_spent, ahead.new_spent, ahead.left) == (True, False, 0)


@pytest.mark.parametrize(
    ("lapses", "leech"), [(7, False), (8, True), (9, False), (11, False), (12, True), (16, True)]
)
def test_leeches_are_called_as_in_anki(lapses: int, leech: bool) -> None:
    before, after = Memory(lapses=lapses - 1), Memory(lapses=lapses)
    assert becomes_leech(before, after, 8) is leech
    assert not becomes_leech(after, after, 8)


def sit(pace: Pace, factor: float, draw: Random) -> tuple[float, list[Showing]]:
    """Study for "20 minutes": the seconds it really took, and what was shown."""
    due = Memory(State.REVIEW, None, 10.0, 5.0, DAY - 1, None, DAY - 11, 0, 3)
    memories = dict.fromkeys(range(300), due) | dict.fromkeys(range(300, 600), NEW)
    cards = [
        make_card(number, "t")._replace(
            state=int(memory.state),
            due_day=memory.due_day,
            stability=memory.stability,
            difficulty=memory.difficulty,
            last_day=memory.last_day,
            learned=memory is due,
            seconds=pace.seconds("", memory.state),
        )
        for number, memory in memories.items()
    ]
    preset = Preset(minutes_per_day=20, new_per_day=400, reviews_per_day=400)
    day = replace(make_day(cards, {"t": ()}, preset=preset), pace=pace)
    session, now, studied = Session(day, NOW), NOW, 0.0
    shown = []
    while (card := session.next_card(now)) is not None:
        seconds = 25.0 * factor * draw.lognormvariate(-0.125, 0.5)
        studied += seconds
        now += round(seconds * 1000)
        if draw.random() < 0.02:
            seconds += 1_800  # tea
        rating = draw.choices(list(Rating), (0.15, 0.1, 0.65, 0.1))[0]
        before = memories[card]
        memories[card] = answer(before, rating, now, DAY, preset, card)
        state = int(memories[card].state)
        shown.append(Showing(card, DAY, "", int(before.state), state, seconds))
        session.rate(card, rating, memories[card], seconds)
    return studied, shown


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0])
def test_twenty_minutes_are_twenty_minutes(factor: float) -> None:
    # Tea breaks included, once the learner's pace is known from three sittings.
    draw = Random(3)  # noqa: S311 - a simulation
    pace, history = DEFAULT_PACE, []
    for number in range(3):
        _, shown = sit(pace, factor, draw)
        history += [showing._replace(day=DAY + number) for showing in shown]
        pace = learn_pace(gather_work(history))
    sittings = [sit(pace, factor, draw)[0] / 1200 for _ in range(8)]
    assert mean(sittings) == pytest.approx(1.0, abs=0.05)
    assert all(abs(share - 1) <= 0.15 for share in sittings)
