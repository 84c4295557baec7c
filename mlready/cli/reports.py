"""What a sync found, in lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlready.terminal.wording import plural

if TYPE_CHECKING:
    from mlready.store.opening import Progress
    from mlready.store.sync import SyncReport


def count_changes(report: SyncReport) -> list[str]:
    """The kinds of change with their numbers: "3 changed", "1 retired"."""
    counts = (
        ("added", len(report.added)),
        ("changed", len(report.changed)),
        ("renamed", len(report.renamed)),
        ("moved", len(report.moved)),
        ("retired", len(report.retired)),
        ("revived", len(report.revived)),
    )
    return [f"{count} {name}" for name, count in counts if count]


def sync_notices(progress: Progress, *, keys: bool = False) -> list[str]:
    """What is worth saying when a deck is opened: changes, slips, mistakes.

    Args:
        progress: the deck and its progress, just opened.
        keys: whether the learner is about to review, with keys to learn.
    """
    return [*_changes(progress.report, keys=keys), *slips_and_mistakes(progress)]


def _changes(report: SyncReport | None, *, keys: bool) -> list[str]:
    if report is not None and report.is_first and report.added:
        hint = " Press ? for the keys." if keys else ""
        return [f"A new deck: {plural(len(report.added), 'question')}.{hint}"]
    if report is not None and not report.is_empty:
        return [f"The deck has changed: {', '.join(count_changes(report))} (mlready news)."]
    return []


def slips_and_mistakes(progress: Progress) -> list[str]:
    """What the author should look at."""
    lines = []
    report = progress.report
    if report is not None and report.vanished:
        shown = ", ".join(report.vanished[:3]) + (" …" if len(report.vanished) > 3 else "")
        lines.append(
            f"{len(report.vanished)} of them vanished without `formerly:` or `retired:` "
            f"({shown}); their history is kept: see `mlready check`."
        )
    if progress.errors:
        concern = "it concerns" if progress.errors == 1 else "they concern"
        lines.append(
            f"The deck has {plural(progress.errors, 'mistake')}; what {concern} stays as it "
            "last compiled: see `mlready check`."
        )
    return lines
