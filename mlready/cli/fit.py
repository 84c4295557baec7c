"""`mlready fit`: parameters of one's own, as far as the evidence goes."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from mlready import clock
from mlready.cli.options import deck_option, json_option, open_deck, print_json
from mlready.errors import MlreadyError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mlready.store.reading import Reader
    from scheduler.fitting import Fit

Parameters = tuple[float, ...]

MANY_CARDS = 1_000  # with fewer the fit is done before its announcement could be read


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a fit means for the learner.

    Attributes:
        result: "fitted", or why nothing changes: "too few", "no gain", "as now", "by hand".
        fit: the fit.
        old: the parameters of before.
        reviews_now: reviews a day that keep the cards at the desired retention.
        reviews_then: the same, as the fit sees it.
        retention: the desired retention.
    """

    result: str
    fit: Fit
    old: Parameters
    reviews_now: float
    reviews_then: float
    retention: float


@click.command("fit")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--undo", is_flag=True, help="Bring back the parameters of before.")
@deck_option
@json_option
def command(deck: Path, *, dry_run: bool, undo: bool, as_json: bool) -> None:
    """Fit the scheduler's parameters to your own reviews.

    A fit is judged by reviews it has not seen: only what beats the defaults there, by more than
    chance would, is taken. The parameters of before are kept.
    """
    if undo:
        if dry_run:
            raise UsageError("--undo and --dry-run do not go together", "leave one of them out")
        _undo(deck, as_json=as_json)
        return
    progress = open_deck(deck)
    outcome = _fit(progress.reader)
    changed = outcome.result == "fitted" and not dry_run
    if changed:
        from mlready.store.presets import format_setting  # noqa: PLC0415

        value = format_setting("parameters", outcome.fit.parameters)
        evidence = json.dumps(_evidence(outcome.fit))
        progress.writer().set_parameters(value, clock.now_ms(), evidence)
    if as_json:
        print_json(_as_data(outcome, changed=changed))
    else:
        for line in _describe(outcome, dry_run=dry_run):
            click.echo(line)


def _undo(deck: Path, *, as_json: bool) -> None:
    from mlready.store.presets import preset_from  # noqa: PLC0415

    value = open_deck(deck).writer().undo_parameters(clock.now_ms())
    if as_json:
        parameters = preset_from({} if value is None else {"parameters": value}).parameters
        print_json({"is_default": value is None, "parameters": parameters})
        return
    held = "the defaults" if value is None else value
    click.echo(f"The parameters of before hold again: {held}")


def _fit(reader: Reader) -> _Outcome:
    """Fit to what the store holds."""
    from mlready.store.fitting import read_histories  # noqa: PLC0415
    from mlready.store.reading import read_settings  # noqa: PLC0415
    from mlready.study.day import make_sense  # noqa: PLC0415
    from scheduler.fitting import fit_parameters, reviews_per_day  # noqa: PLC0415

    with reader.snapshot():
        settings = read_settings(reader)
        histories = read_histories(reader)
        by_hand = _is_by_hand(reader, settings.get("parameters"))
    preset, _ = make_sense(settings)
    if sys.stderr.isatty() and len(histories) >= MANY_CARDS:
        click.echo("Fitting to your reviews …", err=True)
    try:
        fit = fit_parameters(histories, preset.parameters)
    except ImportError as error:
        hint = 'install it where mlready is installed: pip install "mlready-srs[fit]"'
        raise MlreadyError("fitting needs fsrs-rs-python, which is not installed", hint) from error
    result = _judge(fit, preset.parameters, by_hand=by_hand)
    then = fit.parameters if fit.share else preset.parameters
    retention = preset.desired_retention
    return _Outcome(
        result,
        fit,
        preset.parameters,
        reviews_per_day(histories, preset.parameters, retention),
        reviews_per_day(histories, then, retention),
        retention,
    )


def _is_by_hand(reader: Reader, current: str | None) -> bool:
    """Whether the parameters of now were set by other means than a fit."""
    from mlready.store.fitting import read_fitted  # noqa: PLC0415

    return current is not None and current not in read_fitted(reader)


def _judge(fit: Fit, current: Parameters, *, by_hand: bool) -> str:
    if not fit.held_out:
        return "too few"
    if not fit.share:
        return "no gain"
    if fit.parameters == current:
        return "as now"
    # A fit of before has seen the reviews that are held out now, so it is no fair rival.
    if by_hand and fit.loss_of_current <= fit.loss:
        return "by hand"
    return "fitted"


def _describe(outcome: _Outcome, *, dry_run: bool) -> list[str]:
    """What happened, in lines for people."""
    from mlready.terminal.wording import plural  # noqa: PLC0415

    fit = outcome.fit
    reviews, days = plural(fit.reviews, "review"), plural(fit.days, "day")
    lines = [f"{reviews}; {fit.used:,} of them tell of forgetting, over {days}."]
    if fit.held_out:
        lines += _describe_losses(outcome)
    lines.append(_CONCLUSIONS[outcome.result])
    if outcome.result == "too few":
        from scheduler.fitting import LEAST_DAYS, LEAST_REVIEWS  # noqa: PLC0415

        lines.append(
            f"A fit needs {LEAST_REVIEWS} reviews that came a day or more after the one before,"
            f" over {LEAST_DAYS} days."
        )
    if outcome.result == "fitted":
        lines += _describe_change(outcome, dry_run=dry_run)
    return lines


_CONCLUSIONS = {
    "too few": "That is too little for a fit: nothing changed.",
    "no gain": "No fit beat the defaults by more than chance would: nothing changed.",
    "as now": "That is the fit you have: nothing changed.",
    "by hand": "The parameters you set yourself do as well: nothing changed.",
    "fitted": "The fit predicts better than chance explains.",
}


def _describe_losses(outcome: _Outcome) -> list[str]:
    fit = outcome.fit
    lines = [f"Log-loss on {fit.held_out:,} reviews that no fit had seen (less is better):"]
    lines.append(f"  the defaults     {fit.loss_of_defaults:.4f}")
    if fit.loss_of_current != fit.loss_of_defaults:
        lines.append(f"  yours of now     {fit.loss_of_current:.4f}")
    if fit.share:
        gain = 100 * (1 - fit.loss / fit.loss_of_defaults)
        doubt = 100 * fit.standard_error / fit.loss_of_defaults
        lines.append(
            f"  fits to you      {fit.loss:.4f}  "
            f"({gain:.1f} % less than the defaults, ±{doubt:.1f})"
        )
    return lines


def _describe_change(outcome: _Outcome, *, dry_run: bool) -> list[str]:
    from mlready.store.presets import format_setting  # noqa: PLC0415

    fit = outcome.fit
    now, then = outcome.reviews_now, outcome.reviews_then
    lines = [
        f"{'It would go' if dry_run else 'It went'} {100 * fit.share:g} % of the way from the "
        "defaults to the full fit, as far as the evidence bears.",
        f"Keeping your cards at {100 * outcome.retention:g} % takes about {then:.0f} reviews a day "
        f"by these parameters, {now:.0f} by those of before.",
        f"Parameters: {format_setting('parameters', fit.parameters)}",
    ]
    if dry_run:
        lines.append("Nothing changed. Without --dry-run they are taken.")
    else:
        lines.append("Cards keep their due dates until you next answer them.")
        lines.append("Take it back with: mlready fit --undo")
    return lines


def _evidence(fit: Fit) -> dict[str, Any]:
    """What a fit found, but for the parameters, which are stored beside it."""
    return {name: value for name, value in asdict(fit).items() if name != "parameters"}


def _as_data(outcome: _Outcome, *, changed: bool) -> dict[str, Any]:
    return {
        "result": outcome.result,
        "changed": changed,
        **_evidence(outcome.fit),
        "parameters": outcome.fit.parameters if outcome.result == "fitted" else outcome.old,
        "old_parameters": outcome.old,
        "reviews_per_day": {"now": outcome.reviews_now, "then": outcome.reviews_then},
    }
