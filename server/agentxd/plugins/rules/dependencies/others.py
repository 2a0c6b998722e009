"""Manifests and lock files of Cargo, Go, Bundler and Composer."""

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from agentxd.kernel.patterns import Lazy
from agentxd.plugins.rules.dependencies.values import (
    Dependency,
    Lock,
    Manifest,
    Source,
    items,
    source_of,
    table,
    text_of,
)

_CARGO_GROUPS = {"dependencies": False, "dev-dependencies": True, "build-dependencies": False}
_CARGO_PACKAGE = Lazy(r'(?m)^\[\[package\]\]\nname = "([^"\n]+)"\nversion = "([^"\n]+)"')
_CARGO_DEPENDENCY = Lazy(r'(?m)^ "([^" \n]+)')
_GO_REQUIRE = Lazy(r"\s*(\S+)\s+(v\d\S*)(\s*//\s*indirect)?")
_GO_REPLACE = Lazy(r"\s*(\S+)(?:\s+v\S+)?\s+=>\s+(\S+)")
_GEM = Lazy(
    r"(?m)^([ \t]*)gem[ (]\s*(['\"])([\w.-]+)\2((?:\s*,\s*(?:['\"][^'\"\n]*['\"]|\[[^\]\n]*\]))*)"
    r"([^\n#]*)"
)
_GEM_LOCKED = Lazy(r"(?m)^    ([\w.-]+) \(([^)\n]+)\)$")
_GEM_DIRECT = Lazy(r"^  ([\w.-]+)!?(?: \(([^)\n]+)\))?!?$")


def read_cargo(content: bytes) -> Manifest:
    """Raises ValueError."""
    data = tomllib.loads(content.decode("utf-8"))
    package = table(data.get("package"))
    groups = [data, *map(table, table(data.get("target")).values())]
    found = [
        _crate(name, value, is_development=is_development)
        for group in groups
        for key, is_development in _CARGO_GROUPS.items()
        for name, value in table(group.get(key)).items()
    ]
    shared = [
        _crate(name, value, is_development=False, is_locked=False)
        for name, value in table(table(data.get("workspace")).get("dependencies")).items()
    ]
    licence = text_of(package.get("license"))
    return Manifest("crates", (*found, *shared), text_of(package.get("name")), licence)


def _crate(key: str, value: Any, *, is_development: bool, is_locked: bool = True) -> Dependency:
    entry = table(value)
    spec = text_of(value) or text_of(entry.get("version"))
    source = Source.REGISTRY
    if "path" in entry:
        source = Source.LOCAL
    elif "git" in entry:
        source = Source.COMMIT if len(text_of(entry.get("rev"))) >= 7 else Source.GIT  # noqa: PLR2004
    name = text_of(entry.get("package")) or key
    is_inherited = entry.get("workspace") is True
    return Dependency(
        name,
        spec,
        source,
        is_development,
        is_locked=is_locked,
        is_indirect=is_inherited,
        written=key,
    )


def read_cargo_lock(content: bytes, name: str) -> Lock | None:
    """What it holds for the package of this name; None where it is not in it."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    versions: dict[str, frozenset[str]] = {}
    for found in _CARGO_PACKAGE.finditer(text):
        versions[found[1]] = versions.get(found[1], frozenset()) | {found[2]}
    own = re.search(rf'(?m)^\[\[package\]\]\nname = "{re.escape(name)}"\n', text)
    if not name or own is None:
        return None
    end = text.find("\n[[package]]", own.end())
    block = text[own.end() : end if end > 0 else len(text)]
    if "\nsource = " in block:
        return None
    direct = {one: frozenset[str]() for one in _CARGO_DEPENDENCY.findall(block)}
    return Lock(versions=versions, direct=direct, has_all_direct=True)


def read_go_mod(content: bytes) -> Manifest:
    """Modules that are replaced by a folder need no sums."""
    text = content.decode("utf-8", "replace")
    lines = list(_go_lines(text))
    replaced = {
        one[1] for word, line in lines if word == "replace" and (one := _GO_REPLACE.match(line))
    }
    found = tuple(
        Dependency(
            one[1],
            one[2],
            is_indirect=bool(one[3]),
            is_locked=one[1] not in replaced,
        )
        for word, line in lines
        if word == "require" and (one := _GO_REQUIRE.match(line))
    )
    module = re.search(r"(?m)^module\s+(\S+)", text)
    return Manifest("go", found, module[1] if module else "")


def _go_lines(text: str) -> Iterator[tuple[str, str]]:
    """Lines with the word that they belong to, on their own or in its brackets."""
    word = ""
    for line in text.split("\n"):
        head, _, rest = line.strip().partition(" ")
        if word:
            word = "" if head == ")" else word
            yield word, line
        elif rest.strip().startswith("("):
            word = head
        else:
            yield head, rest


def read_go_sum(content: bytes, folder: str) -> Lock | None:
    """Sums of modules and of their go.mod files."""
    del folder
    lines = [line.split(" ") for line in content.decode("utf-8", "replace").split("\n")]
    pairs = [(line[0], line[1].removesuffix("/go.mod")) for line in lines if len(line) > 1]
    versions = {name: frozenset[str]() for name, _ in pairs}
    requests = frozenset(f"{name}@{version}" for name, version in pairs)
    return Lock(versions=versions, requests=requests)


def read_gemfile(content: bytes) -> Manifest:
    """Gems with a literal name; what else the program does is not looked at."""
    return Manifest("rubygems", tuple(_gems(content.decode("utf-8", "replace"))))


def _gems(text: str) -> Iterator[Dependency]:
    for found in _GEM.finditer(text):
        specs = [one.strip() for one in re.findall(r"['\"]([^'\"\n]*)['\"]", found[4])]
        rest = found[5]
        source = Source.REGISTRY
        if re.search(r"\bpath(?::|\s*=>)", rest):
            source = Source.LOCAL
        elif re.search(r"\b(?:git|github|gitlab)(?::|\s*=>)", rest):
            source = Source.COMMIT if re.search(r"\bref(?::|\s*=>)", rest) else Source.GIT
        elif re.search(r"\bsource(?::|\s*=>)\s*['\"]http://", rest):
            source = Source.HTTP
        parts = sorted(one if one[:1] in "~<>=!" else f"= {one}" for one in specs if one)
        is_literal = "#{" not in found[0]
        yield Dependency(found[3], ", ".join(parts), source, is_locked=is_literal)


def read_gemfile_lock(content: bytes, folder: str) -> Lock | None:
    """What it was made from stands at its end."""
    if folder:
        return None
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    versions = {name: frozenset((version,)) for name, version in _GEM_LOCKED.findall(text)}
    section = text.partition("\nDEPENDENCIES\n")[2].partition("\n\n")[0]
    direct: dict[str, frozenset[str]] = {}
    for line in section.split("\n"):
        if found := _GEM_DIRECT.match(line):
            spec = ", ".join(sorted(part.strip() for part in (found[2] or "").split(",")))
            direct[found[1]] = frozenset((spec,))
    return Lock(versions=versions, direct=direct)


def read_composer(content: bytes) -> Manifest:
    """Raises ValueError."""
    data = table(json.loads(content))
    licence = data.get("license")
    found = [
        Dependency(
            name.lower(),
            text_of(spec),
            source_of(text_of(spec)),
            group == "require-dev",
            written=name,
        )
        for group in ("require", "require-dev")
        for name, spec in table(data.get(group)).items()
        if "/" in name
    ]
    joined = " OR ".join(map(text_of, licence)) if isinstance(licence, list) else text_of(licence)
    return Manifest("packagist", tuple(found), text_of(data.get("name")), joined)


def read_composer_lock(content: bytes, folder: str) -> Lock | None:
    """It holds a digest of the manifest. Raises ValueError."""
    if folder:
        return None
    data = table(json.loads(content))
    packages = [
        table(one) for group in ("packages", "packages-dev") for one in items(data.get(group))
    ]
    licences = {
        text_of(one.get("name")).lower(): " OR ".join(map(text_of, items(one.get("license"))))
        for one in packages
    }
    versions = {
        text_of(one.get("name")).lower(): frozenset((text_of(one.get("version")).lstrip("v"),))
        for one in packages
    }
    return Lock(versions=versions, is_hashed=True, licences=licences)
