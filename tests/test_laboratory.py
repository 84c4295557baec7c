"""The laboratory: its learners, its planners, and one small run of each of its tables."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.laboratory import planners as ways
from benchmarks.laboratory.__main__ import QUICK_SCENARIOS, SCENARIOS, choose_effort, main
from benchmarks.laboratory.learners import Assumptions, SimulatedLearner, draw_factor
from benchmarks.laboratory.measures import Laboratory
from benchmarks.laboratory.planners import Way, change_at, make_planner, make_policy
from benchmarks.laboratory.runs import Bench, Calendar, Job, Setting, run
from benchmarks.laboratory.settings import TINY, make_course, make_overload
from benchmarks.laboratory.tables import Estimate, Table, Verdict, compare, estimate, percent_of
from benchmarks.laboratory.worlds import REAL_GRAPH, Shape, World, make_world, pick_goal
from scheduler.planning import DEFAULT_POLICY
from scheduler.preset import Preset
from scheduler.queue import Plan, QueueCard, Today

SMALL = Shape(topics=24)
DAY = 1000
TODAY = Today(DAY, DAY * 86_400_000)
PRESET = Preset(fuzz=False, minutes_per_day=15)
EVERY_WAY = (
    *(ways.OURS, ways.OURS_TWENTY, ways.OURS_WITHOUT_GOAL, ways.BY_DUE_DATE, ways.BY_GAIN_ALONE),
    *(ways.STABLE_3, ways.STABLE_21, ways.BY_TOPIC, ways.STRICT, ways.ANKI_DEFAULT, ways.ANKI),
    *(ways.ANKI_REVIEWS_FIRST, ways.ANKI_NO_LIMIT, ways.ANKI_FITTED),
)


def small_course(coupling: float = 0.96, days: int = 30) -> Setting:
    assumed = Assumptions(coupling=coupling)
    return Setting(SMALL, assumed, probes=(days,), limit=days)


def reviewed(world: World, *, due_in: int = 0) -> list[QueueCard]:
    """The world's cards, the first half of them in review."""
    half = len(world.cards) // 2
    later = [
        card._replace(
            state=2, due_day=DAY + due_in, last_day=DAY - 5, stability=5.0, difficulty=5.0,
            learned=True,
        )
        for card in world.cards[:half]
    ]  # fmt: skip
    return later + world.cards[half:]


def dependent_of(world: World) -> QueueCard:
    """A card that rests on something."""
    return next(card for card in world.cards if world.graph.prerequisites[card.topic])


# Worlds


def test_the_same_seed_gives_the_same_world() -> None:
    make_world.cache_clear()
    first = make_world(SMALL, 3)
    make_world.cache_clear()
    assert make_world(SMALL, 3) == first
    assert make_world(SMALL, 4).graph != first.graph


def test_a_generated_graph_is_in_the_shape_of_real_ones() -> None:
    roots, edges, depths = 0, 0, []
    for seed in range(10):
        graph = make_world(Shape(), seed).graph
        roots += sum(not direct for direct in graph.prerequisites.values())
        edges += sum(map(len, graph.prerequisites.values()))
        depth: dict[str, int] = {}
        for topic in graph.rank:
            below = (depth[p] for p in graph.prerequisites[topic])
            depth[topic] = 1 + max(below, default=0)
        depths.append(max(depth.values()))
    assert 2.1 < edges / (1500 - roots) < 2.5
    assert 12 < fmean(depths) < 16


def test_a_goal_has_a_closure_of_the_wanted_size() -> None:
    for seed in range(5):
        world = make_world(Shape(), seed)
        goal = pick_goal(world, seed, 21, 35)
        assert 21 <= len(world.graph.closure([goal])) <= 35
        assert goal == pick_goal(world, seed, 21, 35)


def test_depth_cards_are_foundations_only_where_it_is_assumed() -> None:
    by_breadth = make_world(Shape(topics=24, breadth=4), 1)
    by_all = make_world(Shape(topics=24, breadth=4, rests_on_all=True), 1)
    assert {len(cards) for cards in by_breadth.foundations_of.values()} == {4}
    assert {len(cards) for cards in by_all.foundations_of.values()} == {6}
    assert sum(card.level == "depth" for card in by_all.cards) == 2 * 24


def test_the_real_graph() -> None:
    if not REAL_GRAPH.exists():
        pytest.skip("the real graph, shared/data/metacademy-graph.json, is not here")
    world = make_world(Shape("real"), 0)
    assert len(world.graph.rank) == 393
    assert len(world.cards) == 6 * 393
    assert all(len(world.graph.closure([goal])) >= 10 for goal in world.goals)


# Learners


@given(coupling=st.floats(0, 1), seed=st.integers(0, 5))
def test_without_foundations_the_coupling_is_lost(coupling: float, seed: int) -> None:
    world = make_world(SMALL, seed)
    learner = SimulatedLearner(world, Assumptions(coupling=coupling), seed)
    root = world.cards[0]
    assert learner.chance(root, DAY) == 0.8
    assert learner.chance(dependent_of(world), DAY) == pytest.approx(0.8 * (1 - coupling))


def test_at_no_coupling_prerequisites_do_not_matter() -> None:
    """A learner without coupling learns the same on a graph without any edge."""
    world = make_world(SMALL, 1)
    free = world._replace(
        graph=world.graph.__class__(
            dict.fromkeys(world.graph.rank, ()), dict.fromkeys(world.graph.rank, ()),
            world.graph.rank,
        )
    )  # fmt: skip
    outcomes = []
    for some in (world, free):
        learner = SimulatedLearner(some, Assumptions(coupling=0.0), 1)
        outcomes.append([learner.study(card, DAY) for card in reversed(some.cards)])
    assert outcomes[0] == outcomes[1]


def test_firm_foundations_give_back_the_first_success() -> None:
    world = make_world(SMALL, 1)
    learner = SimulatedLearner(world, Assumptions(coupling=1.0, noise=0.0), 1)
    card = dependent_of(world)
    before = learner.chance(card, DAY)
    for beneath in (c for p in world.graph.prerequisites[card.topic] for c in world.cards_of[p]):
        while not learner.recall(beneath, DAY):
            for needed in sorted(world.graph.closure([world.cards[beneath - 1].topic])):
                for number in world.cards_of[needed]:
                    learner.study(world.cards[number - 1], DAY)
    assert before == 0.0
    assert learner.chance(card, DAY) == pytest.approx(0.8)


def test_recall_falls_with_the_days() -> None:
    world = make_world(SMALL, 1)
    learner = SimulatedLearner(world, Assumptions(), 1)
    card = world.cards[0]
    assert learner.recall(card.card_id, DAY) == 0.0
    while not learner.recall(card.card_id, DAY):
        learner.study(card, DAY)
    recalls = [learner.recall(card.card_id, DAY + day) for day in range(60)]
    assert recalls[0] == 1.0
    assert all(later < earlier for earlier, later in pairwise(recalls))


def test_a_steeper_curve_forgets_more_in_the_long_run() -> None:
    world = make_world(SMALL, 1)
    recalls = []
    for decay in (0.1542, 0.4):
        learner = SimulatedLearner(world, Assumptions(decay=decay), 1)
        while not learner.recall(1, DAY):
            learner.study(world.cards[0], DAY)
        recalls.append(learner.recall(1, DAY + 365))
    assert recalls[1] < recalls[0]


@pytest.mark.parametrize("noise", [0.0, 0.5, 1.0])
def test_noise_has_a_mean_effect_of_1(noise: float) -> None:
    draw = random.Random(1)  # noqa: S311
    factors = [draw_factor(draw, noise) for _ in range(100_000)]
    assert fmean(factors) == pytest.approx(1.0, abs=0.015)


def test_credit_helps_what_a_card_exercises() -> None:
    world = make_world(SMALL, 1)
    known = []
    for credit in (0.0, 0.5):
        setting = small_course()._replace(assumed=Assumptions(credit=credit))
        known.append(run(Job(setting, ways.ANKI, 1)).probes[-1].knowledge)
    assert world.exercises[dependent_of(world).card_id]
    assert known[0] != known[1]


# Runs


@pytest.mark.parametrize("way", EVERY_WAY, ids=lambda way: way.label)
def test_the_same_job_gives_the_same_outcome(way: Way) -> None:
    job = Job(small_course(days=12), way, 5)
    first = run(job)
    make_world.cache_clear()
    assert run(job) == first
    assert run(job._replace(seed=6)) != first


@pytest.mark.parametrize("way", [ways.OURS, ways.STRICT, ways.ANKI], ids=lambda way: way.label)
def test_a_day_is_as_long_as_it_may_be(way: Way) -> None:
    days = 20
    setting = small_course(days=days)._replace(calendar=Calendar(minutes=6.0))
    spent = run(Job(setting, way, 1)).probes[-1].minutes
    # One card may overshoot the end of a day.
    assert spent <= days * (6.0 + 2.0)
    assert spent >= 0.5 * days * 6.0


def test_coupling_costs_a_random_order() -> None:
    known = [
        fmean(
            run(Job(small_course(coupling), ways.ANKI_DEFAULT, seed)).probes[-1].knowledge
            for seed in range(4)
        )
        for coupling in (0.0, 0.99)
    ]
    assert known[1] < 0.9 * known[0]


def test_what_was_run_is_not_run_again() -> None:
    bench = Bench(processes=1)
    jobs = [Job(small_course(days=3), ways.ANKI, seed) for seed in (1, 2, 1)]
    outcomes = bench.run_all(jobs)
    assert outcomes[0] is outcomes[2]
    assert bench.run_all(jobs)[1] is outcomes[1]


def test_a_calendar_with_an_absence() -> None:
    calendar = Calendar(minutes=20.0, away_after=3, away=2, minutes_after=5.0)
    assert list(calendar.each_day(7, seed=1)) == [20.0, 20.0, 20.0, 0.0, 0.0, 5.0, 5.0]


def test_missed_days() -> None:
    days = list(Calendar(missed=0.2).each_day(5000, seed=1))
    assert 0.17 < days.count(0.0) / 5000 < 0.23
    assert days == list(Calendar(missed=0.2).each_day(5000, seed=1))


# Planners


@pytest.mark.parametrize("way", EVERY_WAY, ids=lambda way: way.label)
def test_planners_obey_limits(way: Way) -> None:
    world = make_world(Shape(topics=60), 1)
    planner = make_planner(way, world, world.goals[0], 1)
    cards = reviewed(world)
    plan = planner(cards, today=TODAY, preset=PRESET)
    assert plan.new <= way.new_per_day
    assert len(set(plan.order)) == len(plan.order)
    by_id = {card.card_id: card for card in cards}
    if way.kind == "ours" or way.fitted:
        longest = max(card.seconds for card in cards)
        assert sum(by_id[number].seconds for number in plan.order) <= 15 * 60 + longest
    rested = planner(reviewed(world, due_in=1), today=TODAY, preset=PRESET)
    assert all(number > len(cards) // 2 for number in rested.order)
    assert rested.review == 0


def test_topological_positions_and_random_ones() -> None:
    world = make_world(Shape(topics=60), 1)
    ordered = make_planner(ways.ANKI, world, None, 1)(world.cards, today=TODAY, preset=PRESET)
    shuffled = make_planner(ways.ANKI_DEFAULT, world, None, 1)(
        world.cards, today=TODAY, preset=PRESET
    )
    assert ordered.order == tuple(range(1, 21))
    assert shuffled.order != ordered.order
    assert len(shuffled.order) == 20


def test_reviews_first_and_mixed() -> None:
    world = make_world(Shape(topics=60), 1)
    cards = reviewed(world)
    kinds = []
    for way in (ways.ANKI_REVIEWS_FIRST, ways.ANKI):
        plan = make_planner(way, world, None, 1)(cards, today=TODAY, preset=PRESET)
        kinds.append([number > len(cards) // 2 for number in plan.order])
    first, mixed = kinds
    assert first == sorted(first)
    assert mixed != sorted(mixed)
    assert sum(mixed) == sum(first) == 20


def test_strict_foundations_first_is_one_topological_queue() -> None:
    world = make_world(Shape(topics=60), 1)
    plan = make_planner(ways.STRICT, world, None, 1)(reviewed(world), today=TODAY, preset=PRESET)
    ranks = [world.graph.rank[world.cards[number - 1].topic] for number in plan.order]
    assert ranks == sorted(ranks)


def test_a_gate_on_stability() -> None:
    world = make_world(Shape(topics=60), 1)
    cards = reviewed(world)  # of a stability of 5 days
    begun = [
        make_planner(way, world, None, 1)(cards, today=TODAY, preset=PRESET).locked
        for way in (ways.STABLE_3, ways.STABLE_21)
    ]
    assert len(begun[0]) < len(begun[1])


def test_ours_is_the_shipped_policy() -> None:
    assert make_policy(ways.OURS) == DEFAULT_POLICY


def test_a_change_of_planners() -> None:
    def name(number: int) -> Plan:
        return Plan((number,), (), 0, 0, 0, 0.0, {})

    planner = change_at(DAY, lambda *_, **__: name(1), lambda *_, **__: name(2))
    days = [Today(DAY + shift, 0) for shift in (-1, 0, 1)]
    assert [planner([], today=day, preset=PRESET).order for day in days] == [(1,), (2,), (2,)]


# Tables


def test_an_estimate_of_what_did_not_happen_is_a_bound() -> None:
    assert str(estimate([10, 20, None], limit=30)) == "≥ 20.0 ± 5.8"
    assert str(estimate([10, 20, 30])) == "20.0 ± 5.8"


def test_the_error_of_a_ratio_is_that_of_pairs() -> None:
    assert compare([1, 2, 3], [2, 4, 6], percent_of) == Estimate(50.0, 0.0)
    assert compare([1, 2, 3], [4, 4, 4], percent_of).error == pytest.approx(100 / 4 / 3**0.5)


@pytest.mark.parametrize(
    ("at_most", "value", "said"),
    [(True, 30.0, "pass"), (True, 50.0, "MISS"), (False, 50.0, "pass"), (False, 30.0, "MISS")],
)
def test_a_verdict(at_most: bool, value: float, said: str) -> None:
    assert str(Verdict("x", Estimate(value, 1.0), 40.0, at_most)).endswith(f": {said}")
    near = str(Verdict("x", Estimate(value, 9.0), 40.0, at_most))
    assert near.endswith(f": {said}, within two standard errors")


def test_a_table_is_aligned() -> None:
    table = Table("Title", ["Assumed."], ["way", "days"], [["a", 5], ["bcde", Estimate(10.0, 1.0)]])
    assert str(table) == (
        "## Title\n\nAssumed.\n\n"
        "| way  |       days |\n"
        "|------|-----------:|\n"
        "| a    |          5 |\n"
        "| bcde | 10.0 ± 1.0 |\n"
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_tiny_run_of_each_scenario(name: str) -> None:
    tables = SCENARIOS[name](Laboratory(Bench(processes=1), TINY))
    assert tables
    for table in tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.header)}
        assert "nan" not in str(table)
        json.dumps(table.as_json(), allow_nan=False)


def test_scenarios_are_in_the_settings_they_say() -> None:
    assert set(QUICK_SCENARIOS) <= set(SCENARIOS)
    full = choose_effort()
    assert make_course(full).probes == (180,)
    assert make_overload(full).calendar.minutes == 5.0
    assert choose_effort(seeds=4)[:2] == (4, 4)
    assert choose_effort(quick=True).seeds < full.seeds


@pytest.mark.parametrize("arguments", [["nothing-of-the-kind"], ["--seeds", "1"]])
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "error" in capsys.readouterr().err
