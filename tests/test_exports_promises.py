"""What a package promises: positions that stay, times that move exactly when a text does."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.anki.lock import LastText, Lock, LockedNote, format_lock
from exports.anki.promises import Changes, Promises
from exports.records import ExportError

NOW = 1_800_000_000
EARLIER = 1_700_000_000
TEXT = LastText({"Question": "q"}, ("mlready::retired",))
NOTHING = Changes(
    new=0,
    changed=0,
    unchanged=0,
    retired=0,
    unknown=0,
    moved_cards=0,
    repositioned_cards=0,
    retired_cards=0,
    revived_cards=0,
    emptied_cards=0,
    retyped=(),
)


def digest_of(text: str) -> str:
    return text.encode().hex().rjust(16, "0")


def export(lock: Lock, order: str, texts: str = "", *, now: int = NOW, phase: int = 1) -> Promises:
    """Settle the notes of `order`, each a letter; those of `texts` say what the lock has not."""
    promises = Promises(lock, order, now, ())
    for letter in order:
        settle(promises, letter, "new" if letter in texts else "old", phase=phase)
    return promises


def settle(
    promises: Promises,
    letter: str,
    text: str,
    *,
    at: int = EARLIER,
    phase: int = 1,
    holes: tuple[int, ...] = (),
) -> int:
    return promises.settle(letter, f"topic/{letter}", phase, digest_of(text), at, holes)


def lock_of(order: str) -> Lock:
    return export(Lock(), order).result()


def positions(promises: Promises, order: Sequence[str]) -> list[int]:
    return [promises.position(letter) for letter in order]


def test_a_first_export_promises_what_it_holds() -> None:
    promises = Promises(Lock(), "ab", NOW, ())
    assert promises.settle("a", "topic/new-a", 3, digest_of("old"), EARLIER, (1, 3)) == EARLIER
    assert promises.result() == Lock(
        {"a": LockedNote("topic/new-a", 3, 1_000, (1, 3), EARLIER, digest_of("old"))}
    )


def test_the_same_deck_again_promises_the_same_text_for_text() -> None:
    lock = lock_of("abc")
    again = export(lock, "abc", now=NOW + 1)
    assert format_lock(again.result()) == format_lock(lock)
    assert again.changes() == replace(NOTHING, unchanged=3)


def test_only_what_changed_gets_a_later_time() -> None:
    lock = lock_of("abc")
    promises = Promises(lock, "abc", NOW, ())
    assert settle(promises, "a", "old", at=EARLIER + 9) == EARLIER
    assert settle(promises, "b", "new", at=EARLIER + 9) == EARLIER + 9
    assert settle(promises, "c", "old", at=0) == EARLIER


@pytest.mark.parametrize(
    ("changed_at", "now", "expected"),
    [
        (EARLIER + 7, NOW, EARLIER + 7),
        (EARLIER, NOW, NOW),
        (EARLIER - 7, NOW, NOW),
        (EARLIER, EARLIER, EARLIER + 1),
        (EARLIER - 9, EARLIER - 5, EARLIER + 1),
    ],
    ids=["real change", "same second", "older store", "same second now", "clock set back"],
)
def test_a_changed_text_is_always_later_than_what_anki_has(
    changed_at: int, now: int, expected: int
) -> None:
    promises = Promises(lock_of("a"), "a", now, ())
    assert settle(promises, "a", "new", at=changed_at) == expected


def test_a_prerequisite_inserted_later_lands_between_and_moves_none() -> None:
    promises = export(lock_of("abc"), "axbc")
    assert positions(promises, "axbc") == [1_000, 1_500, 2_000, 3_000]
    assert promises.changes().repositioned_cards == 0
    assert promises.changes().new == 1


def test_a_part_of_a_deck_leaves_the_rest_as_it_was() -> None:
    lock = lock_of("abc")
    part = Promises(lock, "abcd", NOW, ())
    settle(part, "b", "new")
    assert not part.is_whole
    assert part.result().notes == dict(lock.notes) | {
        "b": lock.notes["b"]._replace(changed_at=NOW, digest=digest_of("new"))
    }


def test_parts_exported_one_by_one_stand_in_the_order_of_the_whole() -> None:
    lock = Lock()
    for letter in "dbca":
        promises = Promises(lock, "abcd", NOW, ())
        settle(promises, letter, "old")
        lock = promises.result()
    assert sorted(lock.notes, key=lambda key: lock.notes[key].position) == list("abcd")


def test_cards_that_anki_has_elsewhere_are_counted() -> None:
    promises = Promises(Lock(), "abcd", NOW, ())
    for letter, cards in zip("abcd", (1, 2, 4, 8), strict=True):
        settle(promises, letter, "old", holes=tuple(range(cards)))
    lock = promises.result()
    moved = Promises(lock, "bcda", NOW, ())
    for letter, phase in zip("bcda", (1, 2, 1, 1), strict=True):
        settle(moved, letter, "old", phase=phase, holes=tuple(range(16)))
    assert moved.changes().moved_cards == 4
    assert moved.changes().repositioned_cards == 1


def export_to(lock: Lock, *decks: str, order: str = "abc") -> Promises:
    """Settle the notes of `order`; "a" is in the first phase, the others in the second."""
    promises = Promises(lock, "abc", NOW, decks)
    for letter in order:
        settle(promises, letter, "old", phase=1 if letter == "a" else 2)
    return promises


def test_cards_whose_deck_is_called_otherwise_stay_in_the_old_one() -> None:
    lock = export_to(Lock(), "Deck::1 One", "Deck::2 Two").result()
    assert export_to(lock, "Deck::1 One", "Deck::2 Two").changes().moved_cards == 0
    renamed = export_to(lock, "Deck::1 One", "Deck::2 Second")
    assert renamed.changes().moved_cards == 2
    assert export_to(lock, "New::1 One", "New::2 Two").changes().moved_cards == 3
    assert export_to(renamed.result(), "Deck::1 One", "Deck::2 Second").changes().moved_cards == 0


def test_cards_are_counted_whose_deck_a_part_calls_otherwise() -> None:
    lock = export_to(Lock(), "Deck::1 One", "Deck::2 Two").result()
    part = export_to(lock, "Deck::1 One", "Deck::2 Second", order="a")
    assert part.changes().moved_cards == 2


def test_after_a_merge_a_deck_may_be_called_as_on_either_side() -> None:
    decks = {1: frozenset({"Deck::1 One", "Deck::1 First"}), 2: frozenset({"Deck::2 Two"})}
    lock = replace(lock_of("abc"), decks=decks)
    promises = export_to(lock, "Deck::1 First", "Deck::2 Two", order="a")
    assert promises.changes().moved_cards == 3
    assert promises.result().decks[1] == {"Deck::1 First"}


def test_a_hole_that_is_gone_leaves_an_empty_card() -> None:
    promises = Promises(Lock(), "ab", NOW, ())
    settle(promises, "a", "old", holes=(1, 2, 3))
    settle(promises, "b", "old")
    again = Promises(promises.result(), "ab", NOW, ())
    settle(again, "a", "new", holes=(2, 4))
    settle(again, "b", "new")
    assert again.changes() == replace(NOTHING, changed=2, emptied_cards=2)


@pytest.mark.parametrize(("before", "after"), [((), (1,)), ((1, 2), ())])
def test_a_note_that_becomes_a_cloze_or_is_none_any_more_is_named(
    before: tuple[int, ...], after: tuple[int, ...]
) -> None:
    promises = Promises(Lock(), "ab", NOW, ())
    settle(promises, "a", "old", holes=before)
    settle(promises, "b", "old")
    again = Promises(promises.result(), "ab", NOW, ())
    settle(again, "a", "new", holes=after)
    settle(again, "b", "old")
    assert again.changes() == replace(NOTHING, changed=1, unchanged=1, retyped=("topic/a",))


def test_cards_repositioned_by_the_export_of_a_part_are_counted_then() -> None:
    """Later exports compare with the lock, which has the new positions by then."""
    lock = lock_of("abc")
    promises = Promises(lock, "bca", NOW, ())
    settle(promises, "b", "old")
    assert promises.changes().repositioned_cards == 1
    assert export(promises.result(), "bca").changes().repositioned_cards == 0


def test_a_retired_note_keeps_its_place_and_its_last_text() -> None:
    lock = lock_of("abc")
    promises = export(lock, "ac")
    assert [first_key for first_key, _ in promises.departed()] == ["b"]
    note = promises.retire("b", TEXT, digest_of("gone"), EARLIER + 5)
    assert note == LockedNote("topic/b", 1, 2_000, (), EARLIER + 5, digest_of("gone"), TEXT)
    assert promises.position("b") == 999_999
    assert promises.result().notes["b"] == note
    assert promises.changes() == replace(NOTHING, unchanged=2, retired=1, retired_cards=1)


def test_a_retired_note_stays_as_it_is() -> None:
    promises = export(lock_of("abc"), "ac")
    promises.retire("b", TEXT, digest_of("gone"), EARLIER + 5)
    lock = promises.result()
    again = export(lock, "ac", now=NOW + 1)
    assert list(again.departed()) == [("b", lock.notes["b"])]
    assert format_lock(again.result()) == format_lock(lock)
    assert again.changes() == replace(NOTHING, unchanged=2)


def test_a_note_retired_before_its_last_change_was_exported_is_later_still() -> None:
    promises = export(lock_of("ab"), "a")
    assert promises.retire("b", TEXT, digest_of("gone"), EARLIER - 5).changed_at == NOW


def test_a_revived_note_is_where_it_was_and_no_longer_retired() -> None:
    promises = export(lock_of("abc"), "ac")
    promises.retire("b", TEXT, digest_of("gone"), EARLIER + 5)
    revived = export(promises.result(), "abc")
    assert revived.result().notes["b"] == LockedNote("topic/b", 1, 2_000, (), NOW, digest_of("old"))
    assert revived.changes().revived_cards == 1
    assert revived.changes().changed == 1
    assert revived.changes().repositioned_cards == 0


def test_a_note_whose_text_nobody_knows_is_left_and_counted() -> None:
    lock = lock_of("abc")
    promises = export(lock, "ac")
    assert promises.result() == lock
    assert promises.changes().unknown == 1


def test_a_part_of_a_deck_counts_no_note_as_unknown() -> None:
    promises = Promises(lock_of("abc"), "ac", NOW, ())
    settle(promises, "a", "old")
    assert promises.changes().unknown == 0


def test_more_notes_than_positions_are_refused() -> None:
    with pytest.raises(ExportError, match="the deck: 1000000 notes, but only 999999 positions"):
        Promises(Lock(), range(1_000_000), NOW, ())  # type: ignore[arg-type]


_orders = st.lists(
    st.permutations("abcdef").flatmap(
        lambda p: st.sampled_from(["".join(p[:size]) for size in range(7)])
    ),
    max_size=6,
)


@given(_orders, st.lists(st.sets(st.sampled_from("abcdef")), min_size=6, max_size=6))
def test_over_many_exports_order_holds_and_times_rise_with_texts_only(
    orders: list[str], edits: list[set[str]]
) -> None:
    lock = Lock()
    for number, (order, edited) in enumerate(zip(orders, edits, strict=False)):
        before = lock
        promises = Promises(before, order, NOW + number // 2, ())
        for letter in order:
            settle(promises, letter, f"{number}" if letter in edited else "old")
        lock = promises.result()
        assert all(a < b for a, b in pairwise(positions(promises, order)))
        for letter, note in before.notes.items():
            same = lock.notes[letter].digest == note.digest
            assert (lock.notes[letter].changed_at == note.changed_at) is same
            assert lock.notes[letter].changed_at >= note.changed_at
