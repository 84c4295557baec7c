"""Parameters of one's own: FSRS-6 fitted to one learner, as far as the evidence goes.

The one module that imports `fsrs_rs_python`, late. A plain fit to a young history predicts worse
than the defaults. So the fit is made on the beginning of the history, scored on the reviews that
follow, again on a longer beginning, and so on; a share of the way from the defaults to the fit is
taken only if it beat the defaults on reviews it had not seen by more than chance would, and only
as far as it moved the predictions no more than it bettered them. docs/decisions/0010-fitting.md
has what else was tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from scheduler.memory import shape_curve
from scheduler.memory_model import memory_model
from scheduler.preset import DEFAULT_PARAMETERS, HIGHEST_PARAMETERS, LOWEST_PARAMETERS

if TYPE_CHECKING:
    from fsrs_rs_python import FSRSItem, FSRSReview

# Fewer say nothing: what they seemed to say was wrong on the real log and on simulated learners.
LEAST_REVIEWS: Final = 100
LEAST_DAYS: Final = 10

# Where the beginnings end, as shares of the reviews; of very many, one split tells enough.
_CUTS: Final = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_CUTS_OF_MANY: Final = (0.6,)
_MANY: Final = 20_000
_SHARES: Final = (0.125, 0.25, 0.5, 0.75, 0.9)
# A share is at most m / (m + _HALF_TRUSTED) for m reviews, however well it did: habits change.
_HALF_TRUSTED: Final = 500

# How strongly the library's training itself pulls towards the defaults; its own choice is 1.
_PULL: Final = 2.0
# An initial stability is half the fit's and half the default once so many cards began with it.
_HALFWAY: Final = 30
_FARTHEST_STABILITY: Final = 5.0
_LONGEST_HISTORY: Final = 256  # reviews of one card, as the library has it

# The gain must exceed this many standard errors; more of them where there are few days, whose
# reviews share a mood and whose number says how far the history reaches, and where there are few
# lapses (or little else), for then the standard error itself is mostly luck.
_MARGIN: Final = 1.3
_MARGIN_DAYS: Final = 10
_MARGIN_LAPSES: Final = 20
# The predictions may move by the gain beyond chance, and this share of the log-loss.
_FREE_MOVE: Final = 0.001
_SURELY: Final = 1e-6

Parameters = tuple[float, ...]
Histories = Iterable[Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Fit:
    """What a fit came to.

    Losses are log-losses in nats a review, over the reviews that were held out.

    Attributes:
        parameters: The 21 parameters of FSRS-6; the defaults if `share` is 0.
        reviews: Reviews in the histories.
        used: Those at least one study day after the one before, which tell of forgetting.
        days: Study days with such a review.
        share: How much of the way from the defaults to the fit was taken, 0 to 0.9.
        held_out: Reviews that were predicted by fits to earlier ones; 0: too few to try.
        loss_of_defaults: What the defaults lose on them.
        loss: What the fits to earlier reviews lose on them, at this share.
        standard_error: Of the difference of the two, cards and days apart.
        loss_of_current: What the learner's present parameters lose on them.
    """

    parameters: Parameters
    reviews: int
    used: int
    days: int
    share: float = 0.0
    held_out: int = 0
    loss_of_defaults: float = 0.0
    loss: float = 0.0
    standard_error: float = 0.0
    loss_of_current: float = 0.0


class _Step(NamedTuple):
    """A review on a later day than the one before it on the same card.

    Attributes:
        day: Its study day.
        card: Which history.
        at: Which review of it, from 0.
        elapsed: Study days since the one before.
        recalled: Whether it was rated better than Again.
    """

    day: int
    card: int
    at: int
    elapsed: int
    recalled: bool


class _Log:
    """Histories as the library takes them, and their steps in the order of time."""

    def __init__(self, histories: Histories) -> None:
        from fsrs_rs_python import FSRSReview  # noqa: PLC0415 - an extra

        self.cards: list[list[FSRSReview]] = []
        self.first_ratings: list[int] = []
        steps: list[_Step] = []
        # Sorted, so that the order of cards makes no difference.
        for card, history in enumerate(sorted(tuple(h) for h in histories if h)):
            reviews = []
            last = history[0][1]
            for at, (rating, noted) in enumerate(history):
                day = max(noted, last)  # a clock was set back: as of the day before
                reviews.append(FSRSReview(rating, day - last))
                if day > last:
                    steps.append(_Step(day, card, at, day - last, rating > 1))
                last = day
            self.cards.append(reviews)
            self.first_ratings.append(history[0][0])
        steps.sort(key=lambda step: step.day)
        self.steps = steps

    def count_reviews(self) -> int:
        return sum(map(len, self.cards))

    def first_of_day(self, share: float) -> int:
        """The first step of the day in which this share of the steps is reached."""
        at = int(share * len(self.steps))
        while at and self.steps[at - 1].day == self.steps[at].day:
            at -= 1
        return at


class _Exam:
    """Steps to be predicted, and how well any parameters do it."""

    def __init__(self, log_: _Log, steps: Sequence[_Step]) -> None:
        from fsrs_rs_python import FSRSItem  # noqa: PLC0415 - an extra

        by_card: dict[int, list[_Step]] = {}
        for step in steps:
            by_card.setdefault(step.card, []).append(step)
        self.steps = [step for asked in by_card.values() for step in asked]
        self._asked = list(by_card.values())
        # What came before the last of a card's steps decides all of its predictions.
        self._items: list[FSRSItem] = [
            FSRSItem(log_.cards[card][: asked[-1].at]) for card, asked in by_card.items()
        ]

    def predict(self, parameters: Parameters) -> list[float]:
        """The chance of recall at each of `self.steps`; never quite 1."""
        from fsrs_rs_python import FSRS  # noqa: PLC0415 - an extra

        factor, decay = shape_curve(parameters)
        histories = FSRS(parameters).historical_memory_state_batch(self._items)
        highest = 1 - _SURELY
        return [
            min((1 + factor * step.elapsed / history[step.at - 1].stability) ** decay, highest)
            for asked, history in zip(self._asked, histories, strict=True)
            for step in asked
        ]


class _Score(NamedTuple):
    """How a share did on held-out steps: one entry of each list for one step.

    Attributes:
        gains: Log-loss of the defaults less that of the fit.
        moves: How far the prediction moved: its divergence from that of the defaults.
    """

    gains: list[float]
    moves: list[float]


def fit_parameters(histories: Histories, current: Parameters = DEFAULT_PARAMETERS) -> Fit:
    """Fit the parameters of FSRS-6 to a learner, as far as the evidence goes.

    The same histories give the same fit, in whatever order the cards come.

    Args:
        histories: The reviews of each card, oldest first, as (rating 1 to 4, study day).
        current: The parameters of now. They are measured too, but the fit begins at the
            defaults, whatever they are.

    Raises:
        ModuleNotFoundError: `fsrs-rs-python` is not installed.
    """
    log_ = _Log(histories)
    days = len({step.day for step in log_.steps})
    counts = (log_.count_reviews(), len(log_.steps), days)
    if len(log_.steps) < LEAST_REVIEWS or days < LEAST_DAYS:
        return Fit(DEFAULT_PARAMETERS, *counts)
    steps, before, now, scores = _examine(log_, current)
    if not steps:
        return Fit(DEFAULT_PARAMETERS, *counts)
    trusted = len(log_.steps) / (len(log_.steps) + _HALF_TRUSTED)
    open_to = {share: score for share, score in scores.items() if share <= trusted}
    share, gain, error = _choose(steps, before, open_to)
    parameters = DEFAULT_PARAMETERS if not share else _part(_train(log_, len(log_.steps)), share)
    if parameters == DEFAULT_PARAMETERS:
        share, gain = 0.0, 0.0
    return Fit(parameters, *counts, share, len(steps), before, before - gain, error, now)


def reviews_per_day(histories: Histories, parameters: Parameters, retention: float) -> float:
    """Return how many reviews a day keep the learned cards at a retention.

    Each card asks for one review an interval, were it to recall with its present stability.

    Args:
        histories: As for `fit_parameters`.
        parameters: The 21 parameters of FSRS-6.
        retention: The retrievability at which a card is reviewed.
    """
    model = memory_model(parameters)
    days_per_stability = (retention ** (1 / model.decay) - 1) / model.factor
    total = 0.0
    for history in histories:
        if not history:
            continue
        first, last = history[0]
        stability, difficulty = model.begin(first)
        for rating, noted in history[1:]:
            day = max(noted, last)
            stability, difficulty = model.review(stability, difficulty, rating, day - last)
            last = day
        total += 1 / max(stability * days_per_stability, 1.0)
    return total


def _examine(
    log_: _Log, current: Parameters
) -> tuple[list[_Step], float, float, dict[float, _Score]]:
    """Fit to beginnings and predict what follows each.

    Returns:
        The steps that were predicted, what the defaults and the current parameters lose on
        them, and the score of each share.
    """
    cuts = _CUTS if len(log_.steps) < _MANY else _CUTS_OF_MANY
    starts = [log_.first_of_day(cut) for cut in cuts]
    held_out: list[_Step] = []
    before = now = 0.0
    scores = {share: _Score([], []) for share in _SHARES}
    for start, end in zip(starts, [*starts[1:], len(log_.steps)], strict=True):
        if start == end:
            continue
        exam = _Exam(log_, log_.steps[start:end])
        held_out += exam.steps
        expected = exam.predict(DEFAULT_PARAMETERS)
        lost = _losses(exam.steps, expected)
        before += sum(lost)
        is_default = current == DEFAULT_PARAMETERS
        now += sum(lost if is_default else _losses(exam.steps, exam.predict(current)))
        fitted = _train(log_, start)
        for share, score in scores.items():
            predicted = exam.predict(_part(fitted, share))
            after = _losses(exam.steps, predicted)
            score.gains.extend(a - b for a, b in zip(lost, after, strict=True))
            score.moves.extend(map(_divergence, expected, predicted))
    count = max(len(held_out), 1)
    return held_out, before / count, now / count, scores


def _choose(
    steps: list[_Step], loss: float, scores: dict[float, _Score]
) -> tuple[float, float, float]:
    """The share whose gain is surest; with its gain and the standard error of that."""
    cards = [step.card for step in steps]
    days = [step.day for step in steps]
    recalled = sum(step.recalled for step in steps)
    rarer = max(min(recalled, len(steps) - recalled), 1)
    margin = _MARGIN * (1 + _MARGIN_DAYS / len(set(days)) + _MARGIN_LAPSES / rarer)
    best = (0.0, 0.0, 0.0)
    surest = 0.0
    for share, (gains, moves) in scores.items():
        gain = sum(gains) / len(gains)
        # Reviews of one card resemble each other, and so do those of one day.
        error = max(_standard_error(gains, cards), _standard_error(gains, days))
        sure = gain - margin * error
        if sure > surest and sum(moves) / len(moves) <= _FREE_MOVE * loss + sure:
            surest = sure
            best = (share, gain, error)
    return best


def _standard_error(values: list[float], groups: list[int]) -> float:
    """The standard error of a mean of values that are alike within groups.

    The variance of the sum is that of the groups' sums; see Cameron and Miller (2015), A
    Practitioner's Guide to Cluster-Robust Inference.
    """
    mean = sum(values) / len(values)
    sums: dict[int, float] = {}
    for value, group in zip(values, groups, strict=True):
        sums[group] = sums.get(group, 0.0) + value - mean
    return sqrt(sum(total * total for total in sums.values())) / len(values)


def _train(log_: _Log, end: int) -> Parameters:
    """What the library makes of the first `end` steps; the defaults if it makes no sense."""
    from fsrs_rs_python import FSRS, FSRSItem, TrainingConfig  # noqa: PLC0415 - an extra

    steps = [step for step in log_.steps[:end] if step.at < _LONGEST_HISTORY]
    if not steps:
        return DEFAULT_PARAMETERS
    items = [FSRSItem(log_.cards[step.card][: step.at + 1]) for step in steps]
    settings = TrainingConfig(gamma=_PULL)
    fitted = FSRS(DEFAULT_PARAMETERS).compute_parameters(items, training_config=settings)
    if len(fitted) != len(DEFAULT_PARAMETERS) or not all(map(isfinite, fitted)):
        return DEFAULT_PARAMETERS
    return (*_pull_back(fitted[:4], _count_beginnings(log_, steps)), *fitted[4:])


def _count_beginnings(log_: _Log, steps: Iterable[_Step]) -> list[int]:
    """How many of the cards began with each rating."""
    ratings = [log_.first_ratings[card] for card in {step.card for step in steps}]
    return [ratings.count(rating) for rating in (1, 2, 3, 4)]


def _pull_back(stabilities: Sequence[float], counts: Sequence[int]) -> list[float]:
    """Initial stabilities, nearer to the defaults the fewer cards they rest on.

    The library takes them from those cards alone, and from a few it takes absurd ones.
    """
    farthest = log(_FARTHEST_STABILITY)
    pulled = []
    for fitted, default, count in zip(stabilities, DEFAULT_PARAMETERS, counts, strict=False):
        away = min(max(log(max(fitted, _SURELY) / default), -farthest), farthest)
        pulled.append(default * exp(away * count / (count + _HALFWAY)))
    return pulled


def _part(fitted: Parameters, share: float) -> Parameters:
    """Parameters a share of the way from the defaults to the fitted ones.

    The way goes by ratios: parameters multiply each other, and halfway by differences lie sets
    that predict worse than either end.
    """
    mixed = []
    for start, end, low, high in zip(
        DEFAULT_PARAMETERS, fitted, LOWEST_PARAMETERS, HIGHEST_PARAMETERS, strict=True
    ):
        floor = max(low, 0.001)  # some may be 0, which has no ratio to anything
        value = start ** (1 - share) * min(max(end, floor), high) ** share
        mixed.append(min(max(round(value, 4), floor), high))
    return tuple(mixed)


def _losses(steps: Iterable[_Step], chances: Iterable[float]) -> list[float]:
    return [
        -log(chance if step.recalled else 1 - chance)
        for step, chance in zip(steps, chances, strict=True)
    ]


def _divergence(old: float, new: float) -> float:
    """The Kullback-Leibler divergence of a new chance of recall from an old one, in nats."""
    return old * log(old / new) + (1 - old) * log((1 - old) / (1 - new))
