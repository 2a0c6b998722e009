"""package.json, and the lock files of npm, yarn, pnpm and bun."""

import json
import re
from collections.abc import Iterator
from typing import Any

from agentxd.kernel.patterns import Lazy
from agentxd.plugins.rules.dependencies.values import (
    Dependency,
    Lock,
    Manifest,
    items,
    source_of,
    table,
    text_of,
)

_GROUPS = {"dependencies": False, "devDependencies": True, "optionalDependencies": False}
_REQUEST = Lazy(r"(@?[^@\s,\"]+)@(?:npm:)?([^,\"]+)")
_KEY = Lazy(r"( *)(?:'([^']+)'|\"([^\"]+)\"|([^\s:#'\"][^:]*)):(?: +(.*))?$")


def read_manifest(content: bytes) -> Manifest:
    """Raises ValueError."""
    data = table(json.loads(content))
    replaced = {**table(data.get("resolutions")), **table(data.get("overrides"))}
    found = [
        _dependency(name, text_of(spec), is_development, name in replaced)
        for group, is_development in _GROUPS.items()
        for name, spec in table(data.get(group)).items()
    ]
    peers = [
        Dependency(name, text_of(spec), source_of(text_of(spec)), is_locked=False, is_indirect=True)
        for name, spec in table(data.get("peerDependencies")).items()
    ]
    return Manifest(
        "npm",
        (*found, *peers),
        text_of(data.get("name")),
        licence_of(data),
        has_members="workspaces" in data,
    )


def licence_of(data: dict[str, Any]) -> str:
    """Of a package.json, in its old forms too."""
    licence = data.get("license")
    if isinstance(licence, dict):
        return text_of(licence.get("type"))
    many = [text_of(table(one).get("type")) for one in items(data.get("licenses"))]
    return text_of(licence) or " OR ".join(one for one in many if one)


def _dependency(
    name: str,
    spec: str,
    is_development: bool,  # noqa: FBT001  # one of four values of a row
    is_replaced: bool,  # noqa: FBT001
) -> Dependency:
    is_other = spec.startswith("npm:")
    return Dependency(
        re.sub(r"(?<=.)@.*", "", spec[4:]) if is_other else name,
        spec,
        source_of(spec),
        is_development,
        is_locked=not is_replaced and not is_other and not spec.startswith(("catalog:", "patch:")),
        written=name,
    )


def read_package_lock(content: bytes, folder: str) -> Lock | None:
    """What it holds for the package in the folder. Raises ValueError."""
    data = table(json.loads(content))
    packages = table(data.get("packages"))
    if not packages:
        return _first_package_lock(data)
    if folder not in packages:
        return None
    direct = {
        name: frozenset((text_of(spec),))
        for group in _GROUPS
        for name, spec in table(table(packages[folder]).get(group)).items()
    }
    versions: dict[str, frozenset[str]] = {}
    licences: dict[str, str] = {}
    for place, entry in packages.items():
        name = place.rpartition("node_modules/")[2] if "node_modules/" in place else ""
        if name:
            versions[name] = frozenset((text_of(table(entry).get("version")),))
            licences.setdefault(name, text_of(table(entry).get("license")))
    return Lock(versions=versions, direct=direct, has_all_direct=True, licences=licences)


def _first_package_lock(data: dict[str, Any]) -> Lock:
    entries = table(data.get("dependencies"))
    return Lock(
        versions={
            name: frozenset((text_of(table(entry).get("version")),))
            for name, entry in entries.items()
        }
    )


def read_yarn_lock(content: bytes, folder: str) -> Lock:
    """It tells which requests it answers, not who makes them."""
    del folder
    requests: set[str] = set()
    versions: dict[str, frozenset[str]] = {}
    for line in content.decode("utf-8", "replace").splitlines():
        if not line or line[0] in " #" or not line.endswith(":"):
            continue
        for name, spec in _REQUEST.findall(line[:-1]):
            requests.add(f"{name}@{spec.strip()}")
            versions.setdefault(name, frozenset())
    return Lock(versions=versions, requests=frozenset(requests))


def read_pnpm_lock(content: bytes, folder: str) -> Lock | None:
    """What its importer in the folder asks for; None where there is no such importer."""
    specs: dict[str, frozenset[str]] = {}
    is_known = False
    for path, value in _yaml_keys(content.decode("utf-8", "replace")):
        parts = path[2:] if path[0] == "importers" and len(path) > 1 else path
        if path[0] == "importers" and (len(path) < 2 or path[1] != (folder or ".")):  # noqa: PLR2004
            continue
        is_known = is_known or path[0] == "importers" or not folder
        if len(parts) == 2 and parts[0] == "specifiers":  # noqa: PLR2004
            specs[parts[1]] = frozenset((value,))
        if len(parts) == 3 and parts[0] in _GROUPS and parts[2] == "specifier":  # noqa: PLR2004
            specs[parts[1]] = frozenset((value,))
    if not is_known or not specs:
        return None
    return Lock(versions=dict.fromkeys(specs, frozenset()), direct=specs, has_all_direct=True)


def _yaml_keys(text: str) -> Iterator[tuple[list[str], str]]:
    """Paths of keys with their values, down to the list of all packages."""
    path: list[tuple[int, str]] = []
    for line in text.split("\n"):
        if line.startswith(("packages:", "snapshots:")):
            return
        if found := _KEY.match(line):
            indent = len(found[1])
            while path and path[-1][0] >= indent:
                path.pop()
            path.append((indent, found[2] or found[3] or found[4]))
            yield [key for _, key in path], (found[5] or "").strip().strip("'\"")


def read_bun_lock(content: bytes, folder: str) -> Lock | None:
    """JSON with commas at the ends of its lists. Raises ValueError."""
    plain = re.sub(r",(?=\s*[}\]])", "", content.decode("utf-8", "replace"))
    data = table(json.loads(plain))
    workspaces = table(data.get("workspaces"))
    if folder not in workspaces:
        return None
    direct = {
        name: frozenset((text_of(spec),))
        for group in _GROUPS
        for name, spec in table(table(workspaces[folder]).get(group)).items()
    }
    versions: dict[str, frozenset[str]] = dict.fromkeys(table(data.get("packages")), frozenset())
    return Lock(versions=versions, direct=direct, has_all_direct=True)
