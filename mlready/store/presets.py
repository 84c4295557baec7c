"""The learner's settings: their names, texts and values; nothing here touches a database."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlready.errors import StoreError, UsageError
from scheduler.preset import Preset, convert_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlready.mathtext.rendering import Form

DEFAULT_ROLLOVER_HOUR = 4
# Settings that commands of their own set: the topic to reach, and the area of the frontier.
GOAL, FOCUS = "goal", "focus"
FORMS: tuple[Form, ...] = ("unicode", "linear", "ascii", "tex", "speech")
_NOT_OF_SCHEDULING = frozenset(("rollover_hour", "mathematics"))


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: what it means, its default, and how its text is read."""

    name: str
    doc: str
    default: Any
    parse: Callable[[str], Any]


def _flag(text: str) -> bool:
    words = {
        "true": True,
        "on": True,
        "yes": True,
        "false": False,
        "off": False,
        "no": False,
    }
    if text.lower() not in words:
        raise ValueError("must be on or off")
    return words[text.lower()]


def _steps(text: str) -> tuple[int, ...]:
    """Steps as Anki writes them: "1m 10m 1d"; a bare number counts minutes."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
    steps = []
    for word in text.replace(",", " ").split():
        number, unit = (word[:-1], word[-1]) if word[-1] in units else (word, "m")
        if re.fullmatch("[0-9]{1,9}", number) is None:
            raise ValueError('is written like "1m 10m", with s, m, h or d')
        steps.append(int(number) * units[unit])
    return tuple(steps)


def _whole(text: str) -> int:
    if re.fullmatch(r"[-+]?[0-9]{1,9}", text.strip()) is None:
        raise ValueError("must be a whole number")
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("must be a number") from None


def _minutes(text: str) -> float | None:
    return None if text.lower() in {"none", "off", ""} else _number(text)


def _parameters(text: str) -> tuple[float, ...]:
    """Parameters as Anki and py-fsrs write them, with or without brackets; 17 or 19 become 21."""
    words = text.strip().removeprefix("[").removesuffix("]").replace(",", " ").split()
    return convert_parameters([_number(word) for word in words])


def _hour(text: str) -> int:
    if re.fullmatch(r"[01]?[0-9]|2[0-3]", text.strip()) is None:
        raise ValueError("must be a whole hour from 0 to 23")
    return int(text)


def _form(text: str) -> Form:
    for form in FORMS:
        if form == text.strip().lower():
            return form
    raise ValueError(f"must be one of {', '.join(FORMS)}")


_PRESET = Preset()

SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("desired_retention", "share of reviews to be recalled", 0.9, _number),
        Setting("new_per_day", "new cards a day, at most", 20, _whole),
        Setting("reviews_per_day", "reviews a day, at most", 200, _whole),
        Setting("minutes_per_day", "minutes a day, in place of the limits", None, _minutes),
        Setting("learning_steps", "waits of a new card", _PRESET.learning_steps, _steps),
        Setting(
            "relearning_steps",
            "waits of a forgotten card",
            _PRESET.relearning_steps,
            _steps,
        ),
        Setting("maximum_interval", "days between reviews, at most", 36_500, _whole),
        Setting("leech_threshold", "lapses that make a leech", 8, _whole),
        Setting("fuzz", "spread reviews that fall on one day", default=True, parse=_flag),
        Setting("rollover_hour", "hour at which a day begins", DEFAULT_ROLLOVER_HOUR, _hour),
        Setting("parameters", "the parameters of FSRS-6", _PRESET.parameters, _parameters),
        Setting("mathematics", "how formulas are written", FORMS[0], _form),
    )
}


def read_setting(name: str, text: str) -> Any:
    """A setting's value from its text.

    Raises:
        UsageError: the text does not make sense for it.
    """
    try:
        value = SETTINGS[name].parse(text)
        preset_from({name: text})
    except ValueError as error:
        raise UsageError(f'{name} cannot be "{text}": {error}') from error
    return value


def preset_from(settings: Mapping[str, str]) -> Preset:
    """How cards are scheduled, by the learner's settings and the defaults for the rest.

    Raises:
        ValueError: a stored setting is out of its range.
    """
    chosen = {
        name: SETTINGS[name].parse(text)
        for name, text in settings.items()
        if name in SETTINGS and name not in _NOT_OF_SCHEDULING
    }
    return Preset(**chosen)


def rollover_hour_from(settings: Mapping[str, str]) -> int:
    """The hour at which the learner's day begins."""
    text = settings.get("rollover_hour")
    return DEFAULT_ROLLOVER_HOUR if text is None else _hour(text)


def mathematics_from(settings: Mapping[str, str]) -> Form:
    """How formulas are written.

    Raises:
        StoreError: what is stored makes no sense, say to another version of this program.
    """
    try:
        return _form(settings.get("mathematics", FORMS[0]))
    except ValueError as error:
        hint = "go back to the default with `mlready config mathematics --unset`"
        raise StoreError(
            f"the stored setting mathematics makes no sense: it {error}", hint
        ) from error


def format_setting(name: str, value: Any) -> str:
    """A value as `mlready config` shows it and takes it."""
    if value is None:
        return "none"
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "on" if value else "off"
    if name.endswith("_steps"):
        return " ".join(_format_step(step) for step in value)
    if isinstance(value, tuple):
        # In full: a parameter that is shown and set again is the same to the last digit.
        return " ".join(repr(number).removesuffix(".0") for number in value)
    return json.dumps(value)


def _format_step(seconds: int) -> str:
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
