"""Collects pairs from fetched packages into one file, and says from which packages."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from agentxd.index.words import WordSplitter
from agentxd.plugins.embedders.training.definitions import language_of
from agentxd.plugins.embedders.training.packages import Package, write_manifest
from agentxd.plugins.embedders.training.pairs import Pair, Sieve, file_pairs, pairs_of


def collect(
    archives: Path, place: Path, manifest: Path, apart_from: Path | None, n_processes: int = 2
) -> int:
    """Writes the pairs as JSON lines and the manifest; how many pairs there are.

    Definitions that stand word for word in the clones of `apart_from` are left out.
    """
    files = sorted((*archives.glob("*.deb"), *archives.glob("*.tgz")))
    sieve = Sieve(bodies_of_clones(apart_from) if apart_from else ())
    packages, n_pairs = [], 0
    encode = msgspec.json.Encoder().encode
    with ProcessPoolExecutor(n_processes) as pool, place.open("wb") as out:
        for found in pool.map(_read, files, chunksize=8):
            if found is None:
                continue
            kept = [kept for pair in found[1] if (kept := sieve.passes(pair))]
            out.writelines(encode(pair) + b"\n" for pair in kept)
            n_pairs += len(kept)
            packages += [found[0]] if kept else []
    write_manifest(packages, manifest)
    return n_pairs


def bodies_of_clones(folder: Path) -> Iterator[str]:
    """The words of every definition in the newest commit of each clone in a folder."""
    splitter = WordSplitter()
    for clone in sorted(folder.iterdir()):
        for path, content in _tree(clone):
            for pair in file_pairs(clone.name, path, content, splitter):
                yield pair.body


def _tree(clone: Path) -> Iterator[tuple[str, bytes]]:
    listed = _git(clone, "ls-tree", "-r", "-z", "HEAD").decode("utf-8", "replace")
    for row in listed.split("\0"):
        head, _, path = row.partition("\t")
        if language_of(path):
            yield path, _git(clone, "cat-file", "blob", head.split()[2])


def _git(clone: Path, *words: str) -> bytes:
    command = ["git", "-C", str(clone), *words]
    return subprocess.run(command, capture_output=True, check=False).stdout


def _read(archive: Path) -> tuple[Package, list[Pair]] | None:
    try:
        return pairs_of(archive, WordSplitter())
    except (OSError, ValueError, KeyError, EOFError):
        return None  # a package that did not arrive whole
