"""Whose a suspension is: every case there is, and every order of two of them."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple, get_args

import pytest

from exports.anki.connect.plans import Held, HeldState, Reason
from exports.anki.connect.suspending import decide, is_ours
from exports.anki.histories import AnkiCard

NEW, BEGUN = 0, 2
SUSPENDED, FREE, BURIED = -1, 0, -2


class Case(NamedTuple):
    """A card in Anki, what is known of it, and why it should be suspended."""

    queue: int
    state: int
    record: Held | None
    is_tagged: bool
    reason: Reason | None

    @property
    def card(self) -> AnkiCard:
        return AnkiCard(1, 1, 0, "Deck", self.state, self.queue, 0, 0, 0)

    @property
    def is_ours(self) -> bool:
        return is_ours(self.card, self.record, is_tagged=self.is_tagged)

    @property
    def deed(self) -> str | None:
        return decide(self.card, self.reason, self.record, is_tagged=self.is_tagged)

    def after_sync(self) -> Case:
        """The same card once a sync has seen to it."""
        deed, queue, record = self.deed, self.queue, self.record
        if deed in {"hold", "keep"} and self.reason:
            queue, record = SUSPENDED, Held(self.reason, "suspended")
        elif deed == "free" and self.reason:
            record = Held(self.reason, "freed")
        elif deed in {"release", "forget"}:
            record = None
            queue = FREE if deed == "release" else queue
        is_learners = self.queue == SUSPENDED and not self.is_ours
        return self._replace(
            queue=queue, record=record, is_tagged=self.reason == "locked" and not is_learners
        )


RECORDS = [None, *(Held(*pair) for pair in product(get_args(Reason), get_args(HeldState)))]
CASES = [
    Case(*case)
    for case in product(
        (SUSPENDED, FREE, BURIED), (NEW, BEGUN), RECORDS, (False, True), (None, *get_args(Reason))
    )
    if not (case[1] == BEGUN and case[4] == "locked")  # only what is new is locked
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_second_sync_has_nothing_to_do(case: Case) -> None:
    assert case.after_sync().deed is None


@pytest.mark.parametrize("case", [c for c in CASES if c.queue == SUSPENDED], ids=str)
def test_what_the_learner_suspended_stays_suspended_and_is_not_claimed(case: Case) -> None:
    if not case.is_ours:
        assert case.deed in {None, "forget"}
        assert not case.after_sync().is_ours


@pytest.mark.parametrize("case", [c for c in CASES if c.reason], ids=str)
def test_what_the_learner_brings_back_stays_back_and_is_the_learners_from_then_on(
    case: Case,
) -> None:
    held = case.after_sync()
    if held.queue == SUSPENDED and held.is_ours:
        freed = held._replace(queue=FREE).after_sync()
        assert freed.queue == FREE
        again = freed._replace(queue=SUSPENDED).after_sync()
        assert again.queue == SUSPENDED
        assert not again.is_ours
        assert again._replace(reason=None).after_sync().queue == SUSPENDED
