"""What a project asks for, and what its lock file holds."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from agentxd.kernel.patterns import Lazy


class Source(StrEnum):
    """Where a dependency comes from."""

    REGISTRY = "registry"
    GIT = "git"
    """A repository, at a branch or tag or nothing."""
    COMMIT = "commit"
    """A repository, at one commit."""
    URL = "url"
    HTTP = "http"
    """An address that is not protected."""
    LOCAL = "local"
    """A folder of the same checkout, or another package of the workspace."""


class Dependency(Struct, frozen=True):
    """One line of a manifest."""

    name: str
    """As the registry compares it."""
    spec: str = ""
    """What versions it allows, as it is written; empty for any."""
    source: Source = Source.REGISTRY
    is_development: bool = False
    """Only for those who work on the project."""
    is_locked: bool = True
    """Whether a lock file must have it."""
    is_indirect: bool = False
    """Written by a tool, because something else asks for it."""
    written: str = ""
    """The name as it stands there, where that is another."""


class Manifest(Struct, frozen=True):
    """What a project says of itself."""

    ecosystem: str
    """npm, pypi, crates, go, rubygems or packagist."""
    dependencies: tuple[Dependency, ...] = ()
    name: str = ""
    licence: str = ""
    """An SPDX expression or what stands for it; empty where nothing is said."""
    has_members: bool = False
    """Whether it speaks for packages in folders below it, a workspace."""
    is_pinned_by_tool: bool = False
    """Whether a tool wrote it from another file: requirements.txt of pip-compile."""

    def by_name(self) -> dict[str, Dependency]:
        """The first of each name."""
        found: dict[str, Dependency] = {}
        for one in self.dependencies:
            found.setdefault(one.name, one)
        return found

    def asked(self) -> frozenset[tuple[str, str]]:
        """Names and versions that a lock file is made from."""
        return frozenset((one.name, one.spec) for one in self.dependencies if one.is_locked)


class Lock(Struct, frozen=True, kw_only=True):
    """What a lock file holds."""

    versions: Mapping[str, frozenset[str]]
    """All packages."""
    direct: Mapping[str, frozenset[str]] | None = None
    """What it was made from: names and specs, () for a name alone; None where it does not tell."""
    requests: frozenset[str] | None = None
    """Every `name@spec` that it answers; None where it does not tell."""
    is_hashed: bool = False
    """Whether it holds a digest of the manifest's dependencies, so that each change changes it."""
    has_all_direct: bool = False
    """Whether a name in `direct` that the manifest has not is a contradiction."""
    licences: Mapping[str, str] = {}


_COMMIT = Lazy(r"[0-9a-f]{40}")


def source_of(spec: str) -> Source:
    """By what stands where a version is expected."""
    lowered = spec.lower()
    if lowered.startswith(("workspace:", "file:", "link:", "portal:", "./", "../")):
        return Source.LOCAL
    if lowered.startswith(("git+", "git:", "git@", "github:", "gitlab:", "bitbucket:", "gist:")):
        return Source.COMMIT if _COMMIT.search(lowered) else Source.GIT
    if lowered.startswith("http://"):
        return Source.HTTP
    if lowered.startswith("https://"):
        is_git = ".git" in lowered
        return (Source.COMMIT if _COMMIT.search(lowered) else Source.GIT) if is_git else Source.URL
    if re.fullmatch(r"[\w-]+/[\w.-]+(?:#.*)?", spec):
        return Source.COMMIT if _COMMIT.search(lowered) else Source.GIT
    return Source.REGISTRY


def table(value: Any) -> dict[str, Any]:
    """The value, or nothing where it is no table: foreign files hold anything."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The value, or nothing where it is no list."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """The value, or nothing where it is no text."""
    return value if isinstance(value, str) else ""
