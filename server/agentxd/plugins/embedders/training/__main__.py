"""`make train-embedder`: fetches packages, collects pairs, learns, and writes the table.

Needs apt, npm and torch; takes about an hour, most of it for collecting. Each step keeps what it
made in the folder, and is passed over when that is there.
"""

import argparse
import sys
from pathlib import Path

from agentxd.plugins.embedders.static import TABLE
from agentxd.plugins.embedders.training.collecting import collect
from agentxd.plugins.embedders.training.numbering import number_pairs, vocabulary
from agentxd.plugins.embedders.training.packages import chosen, fetch
from agentxd.plugins.embedders.training.recipe import Recipe

MANIFEST = Path(__file__).with_name("manifest.jsonl")


def main() -> int:
    """0; whatever goes wrong is raised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="for packages and pairs; about 3 GB")
    parser.add_argument("--apart-from", type=Path, help="clones whose code must not be among it")
    parser.add_argument("--table", type=Path, default=TABLE, help="where the table is written")
    options = parser.parse_args()
    pairs = options.folder / "pairs.jsonl"
    if not pairs.exists():
        _tell("fetching packages")
        fetch(chosen(), options.folder / "packages")
        _tell("collecting pairs")
        collect(options.folder / "packages", pairs, MANIFEST, options.apart_from)
    train(pairs, options.table, Recipe())
    return 0


def train(pairs: Path, table: Path, recipe: Recipe) -> None:
    """From pairs to the table that is shipped."""
    from agentxd.plugins.embedders.training.finishing import finish  # noqa: PLC0415  # torch
    from agentxd.plugins.embedders.training.learning import learn  # noqa: PLC0415

    _tell("reading pairs")
    words, rarity = vocabulary(pairs, recipe.n_words)
    numbered = number_pairs(pairs, words, recipe.n_buckets)
    _tell(f"learning from {len(numbered.package):,} definitions")
    finish(table, words, learn(numbered, rarity, recipe, _tell))


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
