"""The form in which formulas are written: options, the setting, and places without Unicode."""

from __future__ import annotations

from ast import literal_eval
from typing import TYPE_CHECKING

import pytest

from mlready.mathtext.rendering import Form
from mlready.store.presets import FORMS, SETTINGS
from tests.study_fixtures import Place, place, run, used_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.study_fixtures import Result

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
__all__ = ["place", "run", "used_place"]
SOURCE = r"R = \{x : x \notin x\} \implies (R \in R \iff R \notin R)."


def test_the_forms_of_the_setting_are_those_of_mathtext() -> None:
    assert set(FORMS) == set(literal_eval(str(Form).removeprefix("Literal")))
    assert SETTINGS["mathematics"].default == "unicode"


def test_options_choose_the_form(run: Callable[..., Result]) -> None:
    assert SOURCE in run("show", "sets/russell", "--tex").out
    shown = {
        flag: run("show", "sets/russell", flag).out for flag in ("--linear", "--ascii", "--tex")
    }
    assert "x ∉ x" in shown["--linear"]
    assert shown["--ascii"].isascii()
    assert "not in" in run("show", "sets/russell", "--speak").out


def test_two_forms_at_once_are_refused(run: Callable[..., Result]) -> None:
    for command in (("show", "sets"), ("review",)):
        refused = run(*command, "--tex", "--ascii")
        assert refused.code == 2
        assert "choose one of --ascii and --tex" in refused.err


def test_the_setting_counts_where_no_option_is_given(run: Callable[..., Result]) -> None:
    assert run("config", "mathematics").out == "unicode\n"
    assert run("config", "mathematics", "tex").out == "tex\n"
    assert SOURCE in run("show", "sets/russell").out
    assert SOURCE not in run("show", "sets/russell", "--linear").out
    refused = run("config", "mathematics", "runes")
    assert (refused.code, "must be one of unicode, linear" in refused.err) == (2, True)
    run("config", "mathematics", "--unset")
    assert SOURCE not in run("show", "sets/russell").out


def test_a_place_without_unicode_gets_ascii(place: Place) -> None:
    shown = place.run("show", "sets/russell", PYTHONIOENCODING="ascii")
    assert shown.returncode == 0
    assert "?" not in shown.stdout.replace("P(x)?", "")
