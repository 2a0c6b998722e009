"""From uses and definitions to weighted edges between files: all names at once, in arrays."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from agentxd.index.families import family_of
from agentxd.index.weighing import is_package_index, name_weight

Ids = NDArray[np.int64]
Weights = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MAX_DEFINERS = 40
"""A name that more files define tells nothing."""
_IMPORTED = 16.0
_SAME_FOLDER = 4.0
_OWN = 24.0
"""A file that defines the name itself means its own."""
_KEPT = 0.1
"""How much of such a use is told: a file's own names matter, but say nothing about other files."""
_ELSEWHERE = 1.0
_DOUBT = 2.0
"""For the meaning that lies outside the workspace."""
_BY_IMPORT = 0.3
"""Of an import itself, shared by the files it may mean."""


class Facts(Struct, frozen=True):
    """What is known of a workspace; files and names are numbered from 0."""

    paths: Sequence[str]
    languages: Sequence[str]
    """Of each file."""
    names: Sequence[str]
    """Those that some file defines."""
    defined_name: Ids
    defined_file: Ids
    """For each definition."""
    used_name: Ids
    used_file: Ids
    """For each name that a file uses, once."""
    importing: Ids
    imported: Ids
    """Pairs of files."""


class Edges(Struct, frozen=True):
    """What each use of a name points to."""

    source: Ids
    group: Ids
    """Number of a name in a file that defines it; -1 for an import."""
    target: Ids
    name: Ids
    """-1 for an import."""
    weight: Weights
    group_of: Ids
    """The group of each definition."""
    is_exported: Flags
    """Of each group: whether the index of a package around takes it out of the file."""


def edges_of(facts: Facts) -> Edges:
    """All edges, those of uses first, then those of imports."""
    groups, group_of = _groups(facts)
    source, group = _pointing(facts, groups)
    name, target = groups[group, 0], groups[group, 1]
    weight = _shared(facts, source, group, groups)
    weight[source == target] *= _KEPT
    is_told = weight > 0
    importing, imported, weights = _imports(facts)
    nothing = np.full(len(importing), -1, dtype=np.int64)
    return Edges(
        source=np.concatenate([source[is_told], importing]),
        group=np.concatenate([group[is_told], nothing]),
        target=np.concatenate([target[is_told], imported]),
        name=np.concatenate([name[is_told], nothing]),
        weight=np.concatenate([weight[is_told], weights]),
        group_of=group_of,
        is_exported=_exported(facts.paths, source, group, groups),
    )


def _groups(facts: Facts) -> tuple[Ids, Ids]:
    """Rows of name and file, by name; and for each definition its row."""
    n_files = max(1, len(facts.paths))
    keys, group_of = np.unique(
        facts.defined_name * n_files + facts.defined_file, return_inverse=True
    )
    return np.stack([keys // n_files, keys % n_files], axis=1), group_of.reshape(-1)


def _pointing(facts: Facts, groups: Ids) -> tuple[Ids, Ids]:
    """Each use beside each file that defines its name, in the same family of languages."""
    n_names = len(facts.names)
    first = np.searchsorted(groups[:, 0], np.arange(n_names))
    counts = np.searchsorted(groups[:, 0], np.arange(n_names), side="right") - first
    counts[counts > _MAX_DEFINERS] = 0
    many = counts[facts.used_name]
    source = np.repeat(facts.used_file, many)
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    group = np.repeat(first[facts.used_name], many) + within
    numbers: dict[str, int] = {}
    families = np.array(
        [numbers.setdefault(family_of(word), len(numbers)) for word in facts.languages], np.int64
    )
    is_kin = families[source] == families[groups[group, 1]]
    return source[is_kin], group[is_kin]


def _shared(facts: Facts, source: Ids, group: Ids, groups: Ids) -> Weights:
    """A use's weight, shared among the files that it may mean."""
    n_files, n_names = max(1, len(facts.paths)), len(facts.names)
    name, target = groups[group, 0], groups[group, 1]
    folders = _folders(facts.paths)
    bonus = np.full(len(source), _ELSEWHERE)
    bonus[folders[source] == folders[target]] = _SAME_FOLDER
    pairs = facts.importing * n_files + facts.imported
    bonus[np.isin(source * n_files + target, pairs)] = _IMPORTED
    bonus[source == target] = _OWN
    use = source * max(1, n_names) + name
    _, which = np.unique(use, return_inverse=True)
    which = which.reshape(-1)
    sums = np.bincount(which, bonus) if len(which) else np.zeros(0)
    weights = np.fromiter((name_weight(text) for text in facts.names), np.float64, n_names)
    users = np.bincount(facts.used_name, minlength=n_names)
    rarity = np.log1p(n_files / np.maximum(1, users)) / np.log1p(n_files)
    shared: Weights = (weights * rarity)[name] * bonus / (sums[which] + _DOUBT)
    return shared


def _exported(paths: Sequence[str], source: Ids, group: Ids, groups: Ids) -> Flags:
    """Which groups an index file above or beside their file uses."""
    is_index = np.array([is_package_index(path) for path in paths], bool)
    source, group = source[is_index[source]], group[is_index[source]]
    pairs, which = np.unique(source * len(paths) + groups[group, 1], return_inverse=True)
    is_below = np.array(
        [_is_below(paths[at % len(paths)], paths[at // len(paths)]) for at in pairs]
    )
    found = np.zeros(len(groups), bool)
    if len(pairs):
        found[group[is_below[which.reshape(-1)]]] = True
    return found


def _is_below(path: str, index: str) -> bool:
    return path != index and path.startswith(index.rpartition("/")[0] + "/")


def _imports(facts: Facts) -> tuple[Ids, Ids, Weights]:
    n_targets = np.bincount(facts.importing, minlength=len(facts.paths))
    return facts.importing, facts.imported, _BY_IMPORT / n_targets[facts.importing]


def _folders(paths: Sequence[str]) -> Ids:
    numbers: dict[str, int] = {}
    found = [numbers.setdefault(path.rpartition("/")[0], len(numbers)) for path in paths]
    return np.array(found, np.int64)
