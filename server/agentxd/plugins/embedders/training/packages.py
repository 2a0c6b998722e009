"""Chooses packages that carry sources, fetches them with apt and npm, and reads their licences.

Debian serves every language: its packages are checked for their licences, name them in a form
that programs read, and have exact versions. Documented TypeScript and JavaScript is rare there,
so a few packages that ship their sources come from npm.
"""

import hashlib
import json
import re
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from agentxd.plugins.embedders.training.licences import PERMISSIVE, permissive
from agentxd.plugins.embedders.training.reserved import refused

GROUPS = {
    r"golang-.*-dev": (20_000, 3_000_000, 900),
    r"librust-.*-dev": (12_000, 3_000_000, 800),
    r"python3-.*": (20_000, 2_500_000, 1_300),
    r"node-.*": (12_000, 3_000_000, 500),
    r"ruby-.*": (20_000, 1_000_000, 250),
    r"php-.*": (12_000, 1_000_000, 120),
}
"""Pattern of the name to smallest and largest size in bytes, and how many at most."""
FROM_NPM = (
    "@babylonjs/core",
    "@reduxjs/toolkit",
    "effect",
    "ethers",
    "mathjs",
    "phaser",
    "ramda",
    "rxjs",
    "three",
    "viem",
)
_BATCH = 60
_ROOTS = re.compile(
    r"usr/(?:share/gocode/src|share/cargo/registry|share/nodejs|share/php|share/javascript"
    r"|lib/ruby/vendor_ruby|share/rubygems-integration/[^/]+/gems|lib/nodejs"
    r"|lib/python3[^/]*/dist-packages|share/[^/]+|lib/[^/]+)/(.+)"
)
"""Where packages keep sources; what follows is a path of the project's own."""
_LARGEST_FILE = 400_000
"""Bytes; what is larger is generated."""


class Package(Struct, frozen=True):
    """One package as the manifest names it."""

    name: str
    version: str
    licence: str = ""


def candidates() -> list[tuple[str, int]]:
    """Names and sizes of what apt knows, in a fixed order that has nothing to do with names."""
    text = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, check=True).stdout
    sizes: dict[str, int] = {}
    sources: set[str] = set()
    for stanza in text.decode("utf-8", "replace").split("\n\n"):
        name, size = _field(stanza, "Package"), _field(stanza, "Size")
        source = _field(stanza, "Source").split(" ")[0] or name
        group = next((key for key in GROUPS if re.fullmatch(key, name)), "")
        if not group or f"{group} {source}" in sources or name.endswith(("-doc", "-dbg")):
            continue
        sources.add(f"{group} {source}")
        sizes[name] = int(size or 0)
    return sorted(sizes.items(), key=lambda row: hashlib.sha256(row[0].encode()).digest())


def chosen() -> list[str]:
    """Packages of each group within its limits, without the reserved ones."""
    taken: dict[str, list[str]] = {group: [] for group in GROUPS}
    for name, size in candidates():
        group = next(key for key in GROUPS if re.fullmatch(key, name))
        smallest, largest, most = GROUPS[group]
        if smallest <= size <= largest and len(taken[group]) < most and not refused(name):
            taken[group].append(name)
    return [name for names in taken.values() for name in names]


def fetch(names: Sequence[str], folder: Path) -> None:
    """Fetches what is not in the folder yet; a package that cannot be had is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    have = {file.name.partition("_")[0] for file in folder.glob("*.deb")}
    missing = [name for name in names if name not in have]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        subprocess.run(["apt-get", "download", "-qq", *batch], cwd=folder, check=False)
    if not list(folder.glob("*.tgz")):
        subprocess.run(["npm", "pack", "--silent", *FROM_NPM], cwd=folder, check=False)


def read(archive: Path) -> tuple[Package, list[tuple[str, bytes]]] | None:
    """A package and its files, or None where its licences or its name do not allow it."""
    found = _read_npm(archive) if archive.suffix == ".tgz" else _read_debian(archive)
    if found is None or not found[0].licence or refused(found[0].name):
        return None
    return found


def _read_debian(deb: Path) -> tuple[Package, list[tuple[str, bytes]]] | None:
    name, version, _ = deb.stem.split("_")
    if refused(name):
        return None  # before it costs anything
    copyright_text, files = "", []
    for path, content in _members(deb):
        place = _ROOTS.fullmatch(path)
        if path == f"usr/share/doc/{name}/copyright":
            copyright_text = content.decode("utf-8", "replace")
        elif place:
            files.append((place.group(1), content))
    licence = permissive(copyright_text)
    return Package(name, version.replace("%3a", ":"), licence), files


def _read_npm(archive: Path) -> tuple[Package, list[tuple[str, bytes]]]:
    with tarfile.open(archive) as tar:
        files = [(path.partition("/")[2], content) for path, content in _contents(tar)]
    about = json.loads(dict(files)["package.json"])
    licence = about.get("license", "")
    passes = PERMISSIVE.match(licence) is not None
    known = Package(about["name"], about["version"], licence if passes else "")
    return known, files


def write_manifest(packages: Sequence[Package], place: Path) -> None:
    """One package in a line, in the order of names."""
    rows = sorted((p.name, p.version, p.licence) for p in packages)
    place.write_text("".join(json.dumps(row) + "\n" for row in rows))


def read_manifest(place: Path) -> list[Package]:
    """What `write_manifest` wrote."""
    rows = place.read_text().splitlines()
    return [Package(*json.loads(row)) for row in rows]


def _members(deb: Path) -> Iterator[tuple[str, bytes]]:
    command = ["dpkg-deb", "--fsys-tarfile", str(deb)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as unpacking,
        tarfile.open(fileobj=unpacking.stdout, mode="r|") as tar,
    ):
        yield from ((path.removeprefix("./"), content) for path, content in _contents(tar))


def _contents(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in tar:
        if member.isfile() and member.size <= _LARGEST_FILE:
            found = tar.extractfile(member)
            yield member.name, found.read() if found else b""


def _field(stanza: str, name: str) -> str:
    found = re.search(rf"^{name}: (.*)$", stanza, re.MULTILINE)
    return found.group(1).strip() if found else ""
