"""Print every figure: `python -m benchmarks [start_up queue rating replaying ...]`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks import (
    compiling,
    exporting,
    fitting,
    mathematics,
    queue_speed,
    rating,
    replaying,
    start_up,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.timing import Figure

SUITES: dict[str, Callable[[], Iterator[Figure | str]]] = {
    "start_up": start_up.measure,
    "queue": queue_speed.measure,
    "rating": rating.measure,
    "replaying": replaying.measure,
    "fitting": fitting.measure,
    "compiling": compiling.measure,
    "exporting": exporting.measure,
    "mathematics": mathematics.measure,
}


def main(names: list[str]) -> None:
    """Run the named suites, or all."""
    for name in names or SUITES:
        for figure in SUITES[name]():
            print(figure, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
