"""`make bench`: measures everything that exists, prints it and writes docs/benchmarks.md.

`make bench ARGS="--write models"` measures and writes that part again, and leaves the others.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/benchmarks.md"
sys.path.insert(0, str(ROOT / "tests"))  # where `daemons` is found, as for the tests

from tests.bench.measure import MissingPartError, Row, machine  # noqa: E402  # the path above

BENCHES = {
    "start": "Starting",
    "serving": "Serving",
    "streaming": "Streaming",
    "event_log": "Event log",
    "sandboxes": "Sandboxes",
    "edits": "Edits that land",
    "models": "Models",
    "index_build": "Building the index",
    "index_queries": "The index's database",
    "retrieval": "Finding the right place",
    "review_speed": "Reviewing",
    "review_noise": "Reviewing ordinary commits",
    "review_quality": "Finding defects",
}
HEAD = """# Benchmarks

Written by `make bench`; do not edit. Times depend on the machine: compare the ratios to P,
a Python interpreter that does nothing, run in turn with what it is compared with.
Medians of repeated runs on a machine that does other things as well. Byte code is cached, as
Python does unless it is told not to. The disk of the temporary folder is a real one (no tmpfs).

"""


def measured(name: str) -> Sequence[Row]:
    """The rows of one bench, or one row that says what it lacks."""
    try:
        rows: Sequence[Row] = importlib.import_module(f"tests.bench.{name}").bench()
    except (ImportError, MissingPartError) as error:
        return [Row(f"{name}: not measured", str(error))]
    return rows


def table(rows: Sequence[Row]) -> str:
    lines = ["| What | Measured | Target, reached |", "| --- | --- | --- |"]
    return "\n".join([*lines, *("| " + " | ".join(row.cells()) + " |" for row in rows)]) + "\n"


def main() -> int:
    """0 always: a missed target is told, not raised."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(BENCHES)}; default: all, written")
    parser.add_argument("--write", action="store_true", help="write these parts, keep the others")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody installs AgentX without byte code
    parts = kept() if options.names else {}
    for name in options.names or BENCHES:
        print(f"… {BENCHES[name]}", file=sys.stderr)
        parts[BENCHES[name]] = table(measured(name))
        print(f"\n## {BENCHES[name]}\n\n{parts[BENCHES[name]]}")
    if options.write or not options.names:
        titles = [title for title in BENCHES.values() if title in parts]
        page = HEAD + f"Machine: {machine()}.\n"
        PAGE.write_text(page + "".join(f"\n## {title}\n\n{parts[title]}" for title in titles))
    return 0


def kept() -> dict[str, str]:
    """The parts of the page as it is, by title."""
    _, *parts = PAGE.read_text().split("\n## ")
    return {title: text.strip("\n") + "\n" for title, _, text in (p.partition("\n") for p in parts)}


if __name__ == "__main__":
    sys.exit(main())
