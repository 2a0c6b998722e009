"""`make bench`: measures everything that exists, prints it and writes docs/benchmarks.md."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
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
    names = parser.parse_args().names
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # nobody installs AgentX without byte code
    page = HEAD + f"Machine: {machine()}.\n"
    for name in names or BENCHES:
        print(f"… {BENCHES[name]}", file=sys.stderr)
        part = f"\n## {BENCHES[name]}\n\n{table(measured(name))}"
        print(part)
        page += part
    if not names:
        (ROOT / "docs/benchmarks.md").write_text(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
