"""Which files are manifests, which lock files belong to them, and what is in them."""

import re
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import ChangedFile
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.dependencies import npm, others, python
from agentxd.plugins.rules.dependencies.values import Lock, Manifest
from agentxd.plugins.rules.paths import is_foreign

_ReadManifest = Callable[[bytes], Manifest]
_ReadLock = Callable[[bytes, str], Lock | None]


class LockKind(Struct, frozen=True):
    """One kind of lock file."""

    read: _ReadLock
    command: str
    """What brings it up to date."""
    is_hashed: bool = False
    """As Lock.is_hashed."""


_NPM = LockKind(npm.read_package_lock, "npm install")
_BY_NAME: dict[str, tuple[_ReadManifest, dict[str, LockKind]]] = {
    "package.json": (
        npm.read_manifest,
        {
            "package-lock.json": _NPM,
            "npm-shrinkwrap.json": _NPM,
            "yarn.lock": LockKind(npm.read_yarn_lock, "yarn install"),
            "pnpm-lock.yaml": LockKind(npm.read_pnpm_lock, "pnpm install"),
            "bun.lock": LockKind(npm.read_bun_lock, "bun install"),
        },
    ),
    "pyproject.toml": (
        python.read_pyproject,
        {
            "uv.lock": LockKind(python.read_uv_lock, "uv lock"),
            "poetry.lock": LockKind(python.read_poetry_lock, "poetry lock", is_hashed=True),
            "pdm.lock": LockKind(python.read_poetry_lock, "pdm lock", is_hashed=True),
        },
    ),
    "Pipfile": (
        python.read_pipfile,
        {"Pipfile.lock": LockKind(python.read_pipfile_lock, "pipenv lock", is_hashed=True)},
    ),
    "Cargo.toml": (
        others.read_cargo,
        {"Cargo.lock": LockKind(others.read_cargo_lock, "cargo check")},
    ),
    "go.mod": (others.read_go_mod, {"go.sum": LockKind(others.read_go_sum, "go mod tidy")}),
    "Gemfile": (
        others.read_gemfile,
        {"Gemfile.lock": LockKind(others.read_gemfile_lock, "bundle lock")},
    ),
    "composer.json": (
        others.read_composer,
        {
            "composer.lock": LockKind(
                others.read_composer_lock, "composer update --lock", is_hashed=True
            )
        },
    ),
}
_REQUIREMENTS = Lazy(
    r"(?i)(?:^|/)(?:[\w.-]*requirements?[\w.-]*|requirements?/[\w.-]+)\.(?:txt|in)$"
)
_MOST_MEMBERS = 300
_COMPILED = LockKind(python.read_compiled, "pip-compile")


def split(path: str) -> tuple[str, str]:
    """Folder and name."""
    folder, _, name = path.rpartition("/")
    return folder, name


def joined(folder: str, name: str) -> str:
    """A path."""
    return f"{folder}/{name}" if folder else name


def is_manifest(path: str) -> bool:
    """By its name."""
    return split(path)[1] in _BY_NAME or _REQUIREMENTS.search(path) is not None


def read_manifest(path: str, content: bytes | None) -> Manifest | None:
    """None where there is nothing, or nothing that can be read."""
    if content is None:
        return None
    row = _BY_NAME.get(split(path)[1])
    read = row[0] if row else python.read_requirements
    try:
        return read(content)
    except (ValueError, RecursionError):
        return None


def read_lock(kind: LockKind, content: bytes | None, key: str) -> Lock | None:
    """None where there is nothing, or nothing that can be read, or nothing about this package."""
    if content is None:
        return None
    try:
        return kind.read(content, key)
    except (ValueError, RecursionError, KeyError):
        return None


def locks_of(manifest: str, paths: frozenset[str]) -> Iterator[tuple[str, LockKind]]:
    """Lock files of the nearest folder that has one, from the manifest's own upwards."""
    folder, name = split(manifest)
    if name.endswith(".in"):
        compiled = joined(folder, name[:-3] + ".txt")
        if compiled in paths:
            yield compiled, _COMPILED
        return
    kinds = _BY_NAME[name][1] if name in _BY_NAME else {}
    while True:
        found = [
            (at, kind) for lock, kind in kinds.items() if (at := joined(folder, lock)) in paths
        ]
        yield from found
        if found or not folder:
            return
        folder = split(folder)[0]


def manifests_of(lock: str, paths: frozenset[str]) -> Iterator[str]:
    """Manifests in the folder of a lock file."""
    folder, name = split(lock)
    for manifest, (_, kinds) in _BY_NAME.items():
        if name in kinds and joined(folder, manifest) in paths:
            yield joined(folder, manifest)
    if _REQUIREMENTS.search(lock) and joined(folder, name[:-4] + ".in") in paths:
        yield joined(folder, name[:-4] + ".in")


def is_lock(path: str) -> bool:
    """By its name; a requirements.txt may be one."""
    name = split(path)[1]
    return any(name in kinds for _, kinds in _BY_NAME.values()) or (
        name.endswith(".txt") and _REQUIREMENTS.search(path) is not None
    )


def contents(path: str, ground: Ground) -> tuple[bytes | None, bytes | None]:
    """Before and after the change."""
    file = changed(path, ground)
    if file is not None:
        return file.old, file.new
    content = ground.tree.read(path)
    return content, content


def changed(path: str, ground: Ground) -> ChangedFile | None:
    """The file where the change touches it."""
    return next((file for file in ground.change.files if file.path == path), None)


def line_of(
    name: str, content: bytes, lines: Iterable[int] | None = None, *, is_json: bool = False
) -> int:
    """Where a dependency is named: on one of `lines`, else anywhere; -1 for nowhere."""
    name = re.escape(name).replace("\\-", "[-_.]")
    pattern = re.compile(rf'"{name}"\s*:' if is_json else rf"(?i)(?<![\w@/.-]){name}(?![\w/-])")
    rows = content.decode("utf-8", "replace").split("\n")
    for number in lines if lines is not None else range(len(rows)):
        if number < len(rows) and pattern.search(rows[number]):
            return number
    return -1


def names_of_workspace(paths: Iterable[str], ground: Ground) -> frozenset[str]:
    """Names of the npm packages in the checkout, which no lock file need have."""
    found = [path for path in paths if split(path)[1] == "package.json" and not is_foreign(path)]
    manifests = (read_manifest(path, ground.tree.read(path)) for path in found[:_MOST_MEMBERS])
    return frozenset(one.name for one in manifests if one is not None)


def added_lines(file: ChangedFile) -> Iterator[int]:
    """Numbers of the lines that the change brought."""
    for span in file.spans:
        yield from range(span.new_start, span.new_start + span.new_count)
