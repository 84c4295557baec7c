"""Import what rating needs while the learner reads the first card."""

from __future__ import annotations

import threading
from importlib import import_module

_begun = threading.Event()


def warm_up() -> None:
    """Begin to import, once; whoever needs the modules sooner waits for them as usual."""
    if _begun.is_set():
        return
    _begun.set()
    threading.Thread(target=_load, daemon=True).start()


def _load() -> None:
    import_module("scheduler.fsrs_adapter")
    import_module("mlready.store.writing")
