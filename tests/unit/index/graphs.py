"""Small workspaces as the graph knows them."""

from collections.abc import Mapping, Sequence

import numpy as np
from agentxd.index.edges import Facts
from agentxd.index.graph import CodeGraph

Known = Mapping[str, tuple[str, Sequence[str]]]
"""Path to the names that a file defines and those that it uses, each separated by spaces, and the
files that it imports."""


def facts_of(known: Known, languages: Mapping[str, str] | None = None) -> Facts:
    paths = list(known)
    defined = [
        (name, at) for at, path in enumerate(paths) for name in known[path][0].split("|")[0].split()
    ]
    names = list(dict.fromkeys(name for name, _ in defined))
    used = [
        (names.index(name), at)
        for at, path in enumerate(paths)
        for name in known[path][0].partition("|")[2].split()
        if name in names
    ]
    imports = [
        (at, paths.index(other)) for at, path in enumerate(paths) for other in known[path][1]
    ]
    return Facts(
        paths=paths,
        languages=[(languages or {}).get(path, "python") for path in paths],
        names=names,
        defined_name=ids(names.index(name) for name, _ in defined),
        defined_file=ids(at for _, at in defined),
        used_name=ids(name for name, _ in used),
        used_file=ids(at for _, at in used),
        importing=ids(at for at, _ in imports),
        imported=ids(other for _, other in imports),
    )


def graph_of(known: Known, languages: Mapping[str, str] | None = None) -> CodeGraph:
    facts = facts_of(known, languages)
    return CodeGraph(facts, np.ones(len(facts.defined_name)))


def ids(numbers):
    return np.fromiter(numbers, np.int64)
