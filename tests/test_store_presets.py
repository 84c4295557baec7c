"""Settings: their texts, what is refused, and what is shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlready.errors import UsageError
from mlready.store.presets import (
    SETTINGS,
    format_setting,
    preset_from,
    read_setting,
    rollover_hour_from,
)
from scheduler.preset import (
    DEFAULT_PARAMETERS,
    HIGHEST_PARAMETERS,
    LOWEST_PARAMETERS,
    Preset,
    convert_parameters,
)
from tests.study_fixtures import Place, Result, place, run, used_place

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["place", "run", "used_place"]

# As long as lists of FSRS-5 and FSRS-4.5 are, and legal there.
FSRS_5 = DEFAULT_PARAMETERS[:19]
FSRS_4_5 = DEFAULT_PARAMETERS[:17]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("desired_retention", "0.85", 0.85),
        ("new_per_day", "0", 0),
        ("minutes_per_day", "25", 25.0),
        ("minutes_per_day", "none", None),
        ("minutes_per_day", "Off", None),
        ("learning_steps", "1m 10m 1d", (60, 600, 86_400)),
        ("learning_steps", "30s, 5, 2h", (30, 300, 7200)),
        ("learning_steps", "", ()),
        ("fuzz", "OFF", False),
        ("fuzz", "yes", True),
        ("rollover_hour", "23", 23),
        ("rollover_hour", "05", 5),
        ("parameters", ", ".join(map(str, DEFAULT_PARAMETERS)), DEFAULT_PARAMETERS),
        ("parameters", str(list(DEFAULT_PARAMETERS)), DEFAULT_PARAMETERS),
        ("parameters", " ".join(map(str, FSRS_5)), convert_parameters(FSRS_5)),
        ("parameters", ", ".join(map(str, FSRS_4_5)), convert_parameters(FSRS_4_5)),
    ],
)
def test_a_text_and_its_value(name: str, text: str, value: Any) -> None:
    assert read_setting(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("desired_retention", "high", "must be a number"),
        ("desired_retention", "0.2", "from 0.7 to 0.99"),
        ("desired_retention", "nan", "from 0.7 to 0.99"),
        ("new_per_day", "2.5", "must be a whole number"),
        ("new_per_day", "-1", "from 0 to"),
        ("new_per_day", "1_000", "must be a whole number"),
        ("new_per_day", "9" * 5000, "must be a whole number"),
        ("minutes_per_day", "inf", "from 0.0 to"),
        ("minutes_per_day", "some", "must be a number"),
        ("learning_steps", "soon", "is written like"),
        ("learning_steps", "m", "is written like"),
        ("learning_steps", "²m", "is written like"),
        ("learning_steps", "0m", "must be 1 to|from 1 to"),
        ("relearning_steps", "30d", "from 1 to"),
        ("maximum_interval", "", "must be a whole number"),
        ("leech_threshold", "0", "from 1 to"),
        ("fuzz", "perhaps", "must be on or off"),
        ("rollover_hour", "24", "from 0 to 23"),
        ("rollover_hour", "4:30", "from 0 to 23"),
        ("parameters", "1 2 3", "is 3; FSRS-6 has 21, FSRS-5 has 19, FSRS-4.5 has 17"),
        ("parameters", "", "is 0; FSRS-6 has 21"),
        ("parameters", "0 " + "1 " * 20, r"parameters\[0\] is 0.0; it must be from 0.001 to 100.0"),
        (
            "parameters",
            " ".join(map(str, (*FSRS_5[:18], 9))),
            r"parameters\[18\] is 9.0; it must be from 0.0 to 2.0",
        ),
        (
            "parameters",
            "1 " * 5 + "-1 " * 12,
            r"parameters\[5\] is -1.0; it must be from 0.001 to 5.0",
        ),
        ("parameters", "inf " * 17, r"parameters\[0\] is inf"),
        ("parameters", "one", "must be a number"),
    ],
)
def test_nonsense_is_refused_with_a_reason(name: str, text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as raised:
        read_setting(name, text)
    assert name in str(raised.value)


@given(st.sampled_from(sorted(SETTINGS)), st.text(max_size=30))
def test_any_text_is_a_value_or_refused(name: str, text: str) -> None:
    try:
        value = read_setting(name, text)
    except UsageError:
        return
    assert read_setting(name, format_setting(name, value)) == value


@given(
    st.tuples(
        *(
            st.floats(low, high)
            for low, high in zip(LOWEST_PARAMETERS, HIGHEST_PARAMETERS, strict=True)
        )
    )
)
def test_parameters_are_shown_to_the_last_digit(parameters: tuple[float, ...]) -> None:
    assert read_setting("parameters", format_setting("parameters", parameters)) == parameters


def test_defaults_are_those_of_the_scheduler() -> None:
    assert preset_from({}) == Preset()
    for name, setting in SETTINGS.items():
        assert read_setting(name, format_setting(name, setting.default)) == setting.default
        if name not in {"rollover_hour", "mathematics"}:
            assert setting.default == getattr(Preset(), name)


def test_stored_settings_make_a_preset() -> None:
    stored = {"new_per_day": "5", "rollover_hour": "3", "news_seen": "12"}
    assert preset_from(stored) == Preset(new_per_day=5)
    assert rollover_hour_from(stored) == 3
    assert rollover_hour_from({}) == 4


def test_how_values_are_shown() -> None:
    assert format_setting("learning_steps", (60, 5400, 86_400, 90)) == "1m 90m 1d 90s"
    assert format_setting("minutes_per_day", None) == "none"
    assert format_setting("fuzz", value=True) == "on"
    assert format_setting("desired_retention", 0.9) == "0.9"


# The end of the process closes the store; here many commands run in one.
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize("older", [FSRS_5, FSRS_4_5])
def test_older_parameters_are_taken_and_shown_as_those_of_fsrs_6(
    run: Callable[..., Result], older: tuple[float, ...]
) -> None:
    done = run("config", "parameters", ", ".join(map(str, older)))
    assert done.code == 0, done.err
    assert read_setting("parameters", done.out) == convert_parameters(older)
    assert run("config", "parameters").out == done.out
    assert run("config", "parameters", done.out).out == done.out


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_bad_parameters_are_refused_and_nothing_changes(run: Callable[..., Result]) -> None:
    before = run("config", "parameters").out
    outside = " ".join(map(str, (101, *DEFAULT_PARAMETERS[1:])))
    for text, reason in (
        ("1 2 3", "the count of numbers is 3"),
        (outside, "parameters[0] is 101.0; it must be from 0.001 to 100.0"),
    ):
        refused = run("config", "parameters", text)
        assert (refused.code, refused.out) == (2, "")
        assert reason in refused.err
    assert run("config", "parameters").out == before


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize(
    ("name", "text"),
    [("desired_retention", "0.5"), ("learning_steps", "soon"), ("rollover_hour", "noon")],
)
def test_what_makes_no_sense_any_more_can_be_set_right(
    used_place: Place, run: Callable[..., Result], name: str, text: str
) -> None:
    used_place.open().writer().set_setting(name, text)
    refused = run("next")
    assert refused.code == 3
    assert "a stored setting makes no sense" in refused.err
    # A changed deck is synced, which learns from the history: that must not stand in the way.
    topics = used_place.deck / "topics/1-ground.yaml"
    topics.write_text(topics.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    for words in (("config",), ("config", name)):
        shown = run(*words)
        assert (shown.code, text in shown.out) == (0, True), shown.err
        assert f"mlready config {name} --unset" in shown.err
    assert run("config", "parameters", "--unset").code == 0
    assert run("config", name, "--unset").code == 0
    assert run("next").code == 0
