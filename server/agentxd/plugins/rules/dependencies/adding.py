"""Which dependencies a change brings into the project."""

from collections.abc import Iterator

from msgspec import Struct

from agentxd.kernel.review import ChangedFile
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.dependencies.reading import (
    added_lines,
    changed,
    is_manifest,
    line_of,
    names_of_workspace,
    read_manifest,
    split,
)
from agentxd.plugins.rules.dependencies.values import Dependency, Manifest, Source
from agentxd.plugins.rules.paths import is_foreign, is_test

_MOST_MANIFESTS = 100
_LONGEST_NAME = 214
"""Letters; no registry takes more."""


class Added(Struct, frozen=True):
    """A dependency that a manifest did not have before, or had from somewhere else."""

    file: ChangedFile
    manifest: Manifest
    dependency: Dependency
    line: int
    is_known: bool
    """Whether the project has it already: in this manifest from elsewhere, or in another one."""


def added(ground: Ground) -> Iterator[Added]:
    """Of all manifests that the change touches, but for those of tests and of others."""
    known: dict[str, frozenset[str]] = {}
    for file in ground.change.files:
        if not is_manifest(file.path) or file.new is None or not file.is_whole:
            continue
        if is_test(file.path) or is_foreign(file.path):
            continue
        manifest = read_manifest(file.path, file.new)
        if manifest is None or manifest.is_pinned_by_tool:
            continue
        for one in _new_ones(file, manifest):
            if manifest.ecosystem not in known:
                known[manifest.ecosystem] = _known(manifest.ecosystem, file.path, ground)
            line = _line(file, one)
            if line >= 0:
                is_known = one.name in known[manifest.ecosystem] or _was_there(file, one.name)
                yield Added(file, manifest, one, line, is_known)


def _new_ones(file: ChangedFile, manifest: Manifest) -> list[Dependency]:
    before = read_manifest(file.path, file.old)
    old = before.by_name() if before else {}
    return [
        one
        for one in manifest.by_name().values()
        if one.source is not Source.LOCAL
        and not one.is_indirect
        and len(one.name) <= _LONGEST_NAME
        and (one.name not in old or old[one.name].source is not one.source)
    ]


def _was_there(file: ChangedFile, name: str) -> bool:
    before = read_manifest(file.path, file.old)
    return before is not None and name in before.by_name()


def _line(file: ChangedFile, one: Dependency) -> int:
    content, is_json = file.new or b"", file.path.endswith(".json")
    lines = list(added_lines(file))
    at = line_of(one.written or one.name, content, lines, is_json=is_json)
    return at if at >= 0 else line_of(one.name, content, lines)


def _known(ecosystem: str, path: str, ground: Ground) -> frozenset[str]:
    """Names in the other manifests as they were, and packages of the checkout itself."""
    paths = ground.tree.paths()
    others = [one for one in paths if one != path and is_manifest(one) and not is_foreign(one)]
    names: set[str] = set()
    for other in others[:_MOST_MANIFESTS]:
        file = changed(other, ground)
        manifest = read_manifest(other, file.old if file else ground.tree.read(other))
        if manifest is not None and manifest.ecosystem == ecosystem:
            names |= {one.name for one in manifest.dependencies} | {manifest.name}
    if ecosystem == "npm":
        names |= names_of_workspace(paths, ground)
    return frozenset(names)


def folder_of(path: str) -> str:
    """Where a file is."""
    return split(path)[0]
