"""Spread intervals a little, so that cards learnt together do not stay together."""

from __future__ import annotations

from typing import Final

_MASK: Final = (1 << 64) - 1
# (from, to, share) in days, as in Anki and py-fsrs; one day comes on top.
_RANGES: Final = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))


def fuzz_fraction(seed: int, reps: int) -> float:
    """Return a number in [0, 1) that depends on seed and reviews alone.

    The same in every process and on every machine, unlike Python's `hash`. The mix is
    splitmix64 (Steele, Lea & Flood, 2014, doi:10.1145/2714064.2660195).

    Args:
        seed: Any integer, one per card.
        reps: Reviews of the card so far.
    """
    mixed = _mix(_mix(seed & _MASK) + reps)
    return (mixed >> 11) / (1 << 53)


def fuzz_window(interval: int, maximum: int) -> tuple[int, int]:
    """Return the shortest and the longest interval that fuzz may give, in days.

    Args:
        interval: The interval without fuzz, in days.
        maximum: The longest interval of the preset, in days.
    """
    if interval < 2.5:
        return min(interval, maximum), min(interval, maximum)
    delta = 1.0 + sum(share * max(min(interval, end) - start, 0.0) for start, end, share in _RANGES)
    longest = min(round(interval + delta), maximum)
    return min(max(2, round(interval - delta)), longest), longest


def fuzz_interval(interval: int, fraction: float | None, maximum: int) -> int:
    """Return an interval from the window of `interval`, in days.

    For one fraction, a longer interval never becomes the shorter one.

    Args:
        interval: The interval without fuzz, in days.
        fraction: The place in the window, in [0, 1); None: no fuzz.
        maximum: The longest interval of the preset, in days.
    """
    if fraction is None:
        return min(interval, maximum)
    shortest, longest = fuzz_window(interval, maximum)
    return shortest + int(fraction * (longest - shortest + 1))


def _mix(value: int) -> int:
    """Return one output of splitmix64 for the state `value`."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
