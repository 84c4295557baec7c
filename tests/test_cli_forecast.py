"""`mlready forecast`: what it says, what it takes, and what it refuses.

UPDATE_GOLDEN=1 writes `tests/golden/forecast_*.txt` anew; look at the difference before keeping it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from mlready.cli.forecast import fit_bar
from mlready.store import tables
from mlready.store.replaying import replay_cards
from mlready.study.day import read_day
from mlready.study.forecast import (
    Answer,
    Question,
    Trial,
    count_missed,
    find_minutes,
    foresee,
    pose_question,
)
from mlready.terminal.reports import forecast_screens
from mlready.terminal.reports.forecast_screens import ASCII, BLOCKS, draw_chart, find_marks
from scheduler.forecasting import Band, Horizon, forecast
from scheduler.habits import Habits
from scheduler.memory import State
from scheduler.preset import Preset
from tests.study_fixtures import (
    DAY,
    NOW,
    FixedDisplay,
    Place,
    check_golden,
    place,
    run,
    used_place,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlready.store.writing import Writer
    from tests.study_fixtures import Result

# The end of the process closes the store; here many commands run in one.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
__all__ = ["place", "run", "used_place"]
TOPICS = (
    "topics:\n  - {id: sets, title: Sets, prerequisites: [], why: All else is made of them.}\n"
) + "".join(
    f"  - {{id: more-{n}, title: More of it {n}, prerequisites: [sets], why: So.}}\n"
    for n in range(6)
)


def enlarge(place: Place, each: int = 8) -> None:
    """Add 6 topics with some questions each."""
    file = place.deck / "topics" / "1-ground.yaml"
    rest = file.read_text(encoding="utf-8").split("\n", 2)[2]
    file.write_text(TOPICS + rest, encoding="utf-8")
    for n in range(6):
        questions = "".join(
            f"  - {{id: q{i}, kind: definition, question: What is {i} of {n}?, answer: It.}}\n"
            for i in range(each)
        )
        text = f"topic: more-{n}\nquestions:\n{questions}"
        (place.deck / "questions" / f"more-{n}.yaml").write_text(text, encoding="utf-8")


def learn(place: Place, days: list[int], *, all_cards: bool = True) -> Writer:
    """Let the learner review every card on each of some days, or only half of them."""
    writer = place.open().writer()
    cards = [card for (card,) in writer.rows("SELECT card_id FROM live_cards ORDER BY card_id")]
    rows = [
        {
            "card_id": card,
            "reviewed_at": NOW + (day - DAY) * 86_400_000 + n,
            "study_day": day,
            "rating": 3,
            "duration_ms": 4000,
            "state_before": int(State.REVIEW if day > days[0] else State.NEW),
            "state_after": int(State.REVIEW),
            "due_day": day + 20,
            "leech": False,
        }
        for day in days
        for n, card in enumerate(cards if all_cards else cards[::2])
    ]
    with writer.engine.begin() as connection:
        connection.execute(insert(tables.revlog), rows)
        replay_cards(connection)
    return writer


def pose(place: Place, preset: Preset, goal: str | None = None, missed: float = 0.0) -> Question:
    reader = place.open().reader
    day = read_day(reader, NOW, UTC)
    return pose_question(reader, day, goal=goal, preset=preset, missed=missed)


# --- what is seen -------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [60, 100])
def test_the_page(used_place: Place, columns: int) -> None:
    enlarge(used_place)
    question = pose(used_place, Preset(minutes_per_day=5.0), missed=0.1)
    assert question.outset.habits == Habits(missed=0.1)
    found = foresee(question, None, lambda _done, _all: None)
    display = FixedDisplay(columns, 40)
    marks = BLOCKS if columns == 100 else ASCII
    parts = forecast_screens.page(found, question, "all open topics", display.look, marks)
    lines = display.render(parts)
    assert all(len(line) <= columns for line in lines)
    check_golden(f"forecast_page_{columns}.txt", "\n".join(lines))


def test_the_page_for_pipes(used_place: Place, run: Callable[..., Result]) -> None:
    enlarge(used_place)
    done = run("forecast", "--goal", "limits", "--minutes", "2", "--days", "40")
    assert done.code == 0
    assert "█" not in done.out
    check_golden("forecast_plain.txt", done.out)
    again = run("forecast", "--goal", "limits", "--minutes", "2", "--days", "40")
    assert again == (0, done.out, "")


def test_pages_of_who_does_not_get_there(used_place: Place, run: Callable[..., Result]) -> None:
    enlarge(used_place)
    soon = run("forecast", "--days", "2", "--retention", "0.75")
    never = run("forecast", "--by", "2026-11-24")
    assert soon.code == never.code == 0
    check_golden("forecast_not_ready.txt", f"{soon.out}\n{'-' * 60}\n{never.out}")


def test_the_minutes_page(used_place: Place, run: Callable[..., Result]) -> None:
    enlarge(used_place)
    done = run("forecast", "--by", "2026-12-24")
    assert done.code == 0
    check_golden("forecast_minutes.txt", done.out)


def test_a_chart_goes_from_nothing_to_its_top() -> None:
    bands = [Band(n / 2, n, 2.0 * n, n) for n in range(50)]
    lines = draw_chart(bands, 40, BLOCKS)
    assert all(len(line) <= 40 for line in lines)
    assert lines[0].startswith("98 │")
    assert lines[0].endswith("░")
    assert lines[-2].endswith("█")
    assert lines[-1] == " 0 └" + "─" * 36
    assert draw_chart(bands[:1], 20, ASCII)[-1] == "0 +" + "-" * 17


def test_charts_are_drawn_with_what_can_be_written() -> None:
    assert find_marks("utf-8") == BLOCKS
    assert find_marks("cp437") == BLOCKS
    assert find_marks("ascii") == find_marks("latin-1") == find_marks(None) == ASCII
    assert find_marks("no such thing") == ASCII


def test_a_usual_window_holds_the_whole_page(used_place: Place) -> None:
    enlarge(used_place)
    question = pose(used_place, Preset(minutes_per_day=2.0), missed=0.1)
    found = foresee(question, 365, lambda _done, _all: None)
    assert found.seeds == 9
    heights = {}
    for columns, height in ((80, 5), (40, 0)):
        display = FixedDisplay(columns, 24)
        lines = display.render(
            forecast_screens.page(found, question, "it", display.look, BLOCKS, height)
        )
        heights[columns] = len(lines)
        assert all(len(line) <= columns for line in lines)
    assert max(heights.values()) < 24


@pytest.mark.parametrize("columns", [24, 26, 30, 34, 40, 48, 60, 80, 120])
def test_no_window_loses_the_last_column(used_place: Place, columns: int) -> None:
    enlarge(used_place)
    question = pose(used_place, Preset(minutes_per_day=5.0))
    days = forecast(question.outset, question.preset, seeds=[1], horizon=Horizon(40, 40))
    display = FixedDisplay(columns, 24)
    parts = forecast_screens.page(days, question, "it", display.look, BLOCKS)
    lines = [line.strip() for line in display.render(parts)]
    assert next(line for line in lines if "until" in line).endswith(("recall", "recalled"))
    last = next(line for line in lines if line.startswith("1 Jan 2027"))
    assert last.split()[-1].strip("()").isdigit()
    minutes = Answer(DAY + 9, 2, (Trial(2, 9, 9, DAY + 5), Trial(240, 0, 2, None)))
    parts = forecast_screens.minutes_page(minutes, question, "it", display.look)
    assert any(line.endswith("28 Nov 2026") for line in display.render(parts))


def test_a_bar_leaves_room_in_every_window() -> None:
    for columns in range(1, 200):
        width = fit_bar(columns)
        assert width == 0 or len("Simulating  []  100%") + width < columns
    assert fit_bar(20) == 0
    assert fit_bar(40) == 19


def test_more_minutes_that_change_nothing_are_one_row(
    used_place: Place, run: Callable[..., Result]
) -> None:
    assert used_place.open()
    out = run("forecast", "--by", "2026-12-24", "--missed", "0").out
    table = out.split("\n\n")[1].splitlines()
    assert len(table) == len({row.split(maxsplit=1)[1] for row in table})


# --- what is said -------------------------------------------------------------------------


def test_json_says_the_same(used_place: Place, run: Callable[..., Result]) -> None:
    enlarge(used_place)
    done = run("forecast", "--goal", "more-2", "--minutes", "5", "--missed", "0.2", "--json")
    data = json.loads(done.out)
    assert (data["goal"], data["minutes_per_day"], data["missed"]) == ("more-2", 5, 0.2)
    assert data["from"] == data["days"][0]["date"] == "2026-11-23"
    assert data["ready"]["low"] <= data["ready"]["middle"] <= data["ready"]["high"]
    assert len(data["ready_in"]) == data["courses"]
    assert data["share_ready"] == 1
    assert data["cards"] == 12
    assert len(data["days"]) == 180
    assert set(data["days"][9]) == {"date", "retained", "minutes", "reviews", "new"}
    assert set(data["days"][9]["minutes"]) == {"low", "middle", "high", "mean"}


def test_json_of_the_minutes(used_place: Place, run: Callable[..., Result]) -> None:
    enlarge(used_place)
    data = json.loads(run("forecast", "--by", "2026-12-24", "--json").out)
    assert data["by"] == "2026-12-24"
    tried = {row["minutes"]: row["share_ready"] for row in data["tried"]}
    assert tried[data["minutes"]] >= 0.8
    assert all(share < 0.8 for minutes, share in tried.items() if minutes < data["minutes"])
    found = json.loads(run("forecast", "--minutes", str(data["minutes"]), "--json").out)
    by = [day for day in found["ready_in"] if day <= "2026-12-24"]
    assert len(by) / found["courses"] >= 0.8


def test_a_goal_that_is_reached(used_place: Place, run: Callable[..., Result]) -> None:
    learn(used_place, [DAY - 30, DAY - 20, DAY - 5])
    done = run("forecast")
    assert done.code == 0
    assert "You are ready for all open topics now" in done.out
    assert "You are ready for Limits now" in run("forecast", "--goal", "limits").out
    assert json.loads(run("forecast", "--by", "2026-12-01", "--json").out)["minutes"] == 0
    assert "You are ready for all open topics now" in run("forecast", "--by", "2026-12-01").out


def test_days_missed_so_far_are_missed_again(used_place: Place, run: Callable[..., Result]) -> None:
    enlarge(used_place)
    learn(used_place, list(range(DAY - 60, DAY - 1, 2)), all_cards=False)
    done = run("forecast", "--minutes", "3", "--days", "30")
    assert "50 % of days missed as in the last month" in " ".join(done.out.split())
    with_none = run("forecast", "--minutes", "3", "--days", "30", "--missed", "0")
    assert "no day missed" in with_none.out


@pytest.mark.parametrize(
    ("days", "missed"),
    [
        ([], 0.0),
        ([DAY], 0.0),
        ([DAY - 3, DAY - 9], 0.0),
        (list(range(DAY - 1, DAY - 100, -1)), 0.0),
        (list(range(DAY, DAY - 100, -1)), 0.0),
        (list(range(DAY - 1, DAY - 100, -3)), 2 / 3),
        ([DAY - 5, DAY - 20], 0.9),
        ([DAY - 90], 0.9),
    ],
)
def test_missed_days_are_those_of_the_last_month(days: list[int], missed: float) -> None:
    assert count_missed(days, DAY) == pytest.approx(missed)


def test_the_limit_on_new_cards_is_named_where_it_is_in_the_way(used_place: Place) -> None:
    enlarge(used_place, each=4)
    slow = pose(used_place, Preset(new_per_day=1))
    answer = find_minutes(slow, DAY + 13, lambda _done, _all: None)
    assert (answer.minutes, answer.limit) == (None, 1)
    display = FixedDisplay(60)
    lines = display.render(forecast_screens.minutes_page(answer, slow, "it", display.look))
    assert "limit of 1 new card a day" in " ".join(line.strip() for line in lines)
    free = replace(slow, preset=Preset(new_per_day=30))
    told: list[tuple[int, int]] = []
    answer = find_minutes(free, DAY + 13, lambda done, whole: told.append((done, whole)))
    assert answer.minutes is not None
    assert all(0 < done <= whole for done, whole in told)


def test_a_small_deck_is_forecast_with_more_courses(used_place: Place) -> None:
    question = pose(used_place, Preset())
    assert len(question.seeds) == 19
    found = forecast(question.outset, question.preset, seeds=[1], horizon=Horizon(5, 5))
    assert found.seeds == 1


def test_without_cards_of_its_own_a_goal_is_what_it_rests_on(
    used_place: Place, run: Callable[..., Result]
) -> None:
    assert used_place.open()
    data = json.loads(run("forecast", "--goal", "measures", "--json").out)
    assert data["cards"] == 4
    assert data["topics_without_questions"] == ["measures"]
    out = run("forecast", "--goal", "measures").out
    assert out.startswith("Measures itself has no questions yet\nReady for what is beneath Meas")
    by = run("forecast", "--goal", "measures", "--by", "2026-12-24").out
    assert by.startswith("Measures itself has no questions yet\n")
    assert "1 of 4 topics has none yet" in run("forecast").out


def test_reviews_in_the_future_are_as_today(used_place: Place, run: Callable[..., Result]) -> None:
    learn(used_place, [DAY + 20, DAY + 30], all_cards=False)
    done = run("forecast", "--days", "40")
    assert (done.code, done.err) == (0, "")
    assert run("forecast", "--by", "2026-12-24").code == 0


def test_all_learned_but_forgotten_is_said(used_place: Place, run: Callable[..., Result]) -> None:
    learn(used_place, [DAY - 900])
    out = " ".join(run("forecast", "--missed", "0").out.split())
    assert "are learned, but not every topic is recalled well enough (80 %)" in out


def test_a_low_retention_is_named_as_the_cause(used_place: Place) -> None:
    enlarge(used_place, each=4)
    slow = pose(used_place, Preset(0.75, new_per_day=1))
    answer = find_minutes(slow, DAY + 13, lambda _done, _all: None)
    assert (answer.minutes, answer.limit) == (None, None)
    display = FixedDisplay(60)
    parts = forecast_screens.minutes_page(answer, slow, "it", display.look)
    text = " ".join(line.strip() for line in display.render(parts))
    assert "with reviews at 75 % that cannot last" in text


@pytest.mark.usefixtures("used_place")
def test_no_minutes_in_the_settings_are_said(run: Callable[..., Result]) -> None:
    assert run("config", "minutes_per_day", "0").code == 0
    done = run("forecast")
    assert done.code == 2
    assert "mlready config minutes_per_day 20" in done.err
    assert run("forecast", "--minutes", "5").code == 0


# --- what is refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--minutes 0", "--minutes cannot be 0"),
        ("--minutes -3", "--minutes cannot be -3"),
        ("--minutes nan", "--minutes cannot be nan"),
        ("--minutes 1441", "from 1 to 1440"),
        ("--minutes ten", "not a valid float"),
        ("--retention 1.2", "from 0.7 to 0.99"),
        ("--retention 90", "from 0.7 to 0.99"),
        ("--missed 1", "from 0 to 0.9"),
        ("--days 0", "--days cannot be 0"),
        ("--days 5000", "from 1 to 730"),
        ("--by tomorrow", "such as 2027-03-01"),
        ("--by 2026-11-23", "not in the future"),
        ("--by 2020-01-01", "give a date from 2026-11-24"),
        ("--by 2040-01-01", "too far off"),
        ("--by 2027-01-01 --minutes 20", "do not go together"),
        ("--by 2027-01-01 --days 20", "do not go together"),
        ("--goal mapz", 'did you mean "maps"?'),
    ],
)
def test_what_makes_no_sense_is_said(
    used_place: Place, run: Callable[..., Result], words: str, said: str
) -> None:
    assert used_place.open()
    done = run("forecast", *words.split())
    assert done.code == 2
    assert done.out == ""
    assert said in done.err


def test_a_deck_without_questions_is_said(used_place: Place, run: Callable[..., Result]) -> None:
    for name in ("maps", "limits"):
        (used_place.deck / "questions" / f"{name}.yaml").unlink()
    assert run("suspend", "sets").code == 0
    asleep = run("forecast")
    assert asleep.code == 2
    assert "suspended" in asleep.err
    assert "mlready unsuspend" in asleep.err
    (used_place.deck / "questions" / "sets.yaml").unlink()
    none = run("forecast")
    assert none.code == 2
    assert "no questions yet" in none.err


def test_what_cannot_be_read_is_no_goal(used_place: Place, run: Callable[..., Result]) -> None:
    file = used_place.deck / "questions" / "maps.yaml"
    file.write_text("topic: maps\nquestions: [", encoding="utf-8")
    done = run("forecast", "--goal", "limits")
    assert done.code == 2
    assert "mlready check" in done.err
    rest = json.loads(run("forecast", "--json").out)
    assert rest["cards"] == 4


def test_a_forecast_changes_nothing(used_place: Place, run: Callable[..., Result]) -> None:
    assert run("sync").code == 0
    file = used_place.home / "trail.sqlite3"
    before = file.read_bytes()
    assert run("forecast", "--days", "5").code == 0
    assert file.read_bytes() == before


def test_it_imports_nothing_heavy(place: Place) -> None:
    assert place.run("sync").returncode == 0
    program = (
        "import sys\nfrom mlready.cli.main import main\nsys.argv = ['mlready', 'forecast']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\nprint('MODULES', *sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=place.env, capture_output=True, text=True,
        encoding="utf-8", timeout=60, check=True,
    )  # fmt: skip
    loaded = {name.split(".")[0] for name in done.stdout.split("MODULES")[1].split()}
    assert loaded & {"sqlalchemy", "numpy", "fsrs", "yaml", "genanki"} == set()
