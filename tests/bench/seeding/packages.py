"""Dependencies: new ones, ones with almost a popular name, and lock files left behind."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

from agentxd.kernel.review import ChangedFile
from agentxd.workspace.lines import split_lines

from tests.bench.seeding.material import FILE, Edit, Shape, Spot

_ORDINARY = {
    "npm": ("p-map", "date-fns", "nanoid", "undici", "picocolors", "zod", "fast-glob", "kleur", "execa", "yargs"),
    "pypi": ("httpx", "tenacity", "orjson", "structlog", "pendulum", "arrow", "polars", "boto3", "redis", "celery"),
    "cargo": ("itertools", "smallvec", "indexmap", "parking_lot", "dashmap", "bytes", "uuid", "chrono", "rayon"),
    "go": ("github.com/google/uuid", "github.com/samber/lo", "go.uber.org/zap", "github.com/spf13/viper", "github.com/rs/zerolog", "golang.org/x/sync"),
    "gem": ("nokogiri", "faraday", "sidekiq", "devise", "puma", "redis"),
}  # fmt: skip
_SQUATTED = {
    "npm": ("lodahs", "expres", "reacct", "axois", "chalkk", "comander", "webpakc", "typescirpt", "crossenv", "babelcli", "mongose", "electorn", "loadsh", "discordd.js", "requst"),
    "pypi": ("reqeusts", "requets", "nunpy", "pandsa", "djnago", "urlib3", "crytography", "colourama", "python3-dateutil", "flaks", "scipi", "matplotlb", "tensorfow", "beautifulsoap4", "setuptool"),
    "cargo": ("serd", "tokioo", "reqwets", "anyhoww", "thiserorr", "clapp", "rustdecimal", "serde_jsn", "hyperr", "regexx", "syyn"),
    "go": ("github.com/siruspen/logrus", "github.com/strechr/testify", "github.com/spf13/corba", "github.com/gin-gonic/ginn", "github.com/gorila/mux", "github.com/boltdb-go/bolt", "go.uber.org/zapp"),
    "gem": ("railss", "nokogirri", "devisee", "side_kiq", "rspecs", "sinatraa"),
}  # fmt: skip
_PATHS = {
    "package.json": "npm", "requirements.txt": "pypi", "pyproject.toml": "pypi", "Cargo.toml": "cargo",
    "go.mod": "go", "Gemfile": "gem",
}  # fmt: skip
_LOCKS = {
    "package.json": ("package-lock.json", "yarn.lock", "pnpm-lock.yaml"), "pyproject.toml": ("poetry.lock", "uv.lock"),
    "Cargo.toml": ("Cargo.lock",), "go.mod": ("go.sum",), "Gemfile": ("Gemfile.lock",),
}  # fmt: skip
_VERSION = {"npm": "^2.1.0", "pypi": ">=2.1", "cargo": "2.1", "go": "v1.2.0", "gem": "~> 2.1"}
Names = Mapping[str, Sequence[str]]


def _manifest(rule: str, kind: str, names: Names, index: int, form: str = "new") -> Shape:
    """One line more in a manifest that the commit changed; its lock file, if any, is as it was."""
    is_lock = rule == "lockfile-out-of-step"

    def make(random: Random, changed: Spot) -> Sequence[Edit] | None:
        spot = _locked(random, changed, kind) if is_lock else changed
        if spot is None or not _is_kind(spot.file.path, kind) or spot.file.old is None:
            return None
        package = names[_PATHS[kind]][index % len(names[_PATHS[kind]])]
        found = _added(spot, kind, package, form)
        if found is None or package.encode() in spot.new:
            return None
        new, at = found
        where = (-1, -1) if is_lock else (at, at + 1)
        return [spot.edited(new, *where)]

    return Shape(rule, f"{form}-{kind}-{index}", make, paths="" if is_lock else f"*{kind}")


def _is_kind(path: str, kind: str) -> bool:
    """Requirements have many names."""
    name = path.rpartition("/")[2]
    return name == kind or (
        kind == "requirements.txt" and "requirement" in path and name.endswith(".txt")
    )


def _locked(random: Random, spot: Spot, kind: str) -> Spot | None:
    """A manifest of the tree that has a lock file beside it, both as the commit left them."""
    touched, there = {file.path for file in spot.change.files}, set(spot.tree.paths())
    found = []
    for path in sorted(there - touched):
        folder, _, name = path.rpartition("/")
        locks = [f"{folder}/{lock}".lstrip("/") for lock in _LOCKS[kind]]
        if name == kind and any(lock in there and lock not in touched for lock in locks):
            found.append(path)
    content = spot.tree.read(random.choice(found)) if found else None
    if content is None:
        return None
    path = next(path for path in found if spot.tree.read(path) == content)
    file = ChangedFile(path=path, old=content, new=content, old_mode=FILE, new_mode=FILE)
    return replace(spot, file=file)


def _added(spot: Spot, kind: str, package: str, form: str) -> tuple[bytes, int] | None:
    lines = split_lines(spot.new)
    at, text = _line(kind, lines, package, form)
    if at < 0 or b"\r\n" in spot.new or b"pip-compile" in spot.new:  # that is a lock file
        return None
    new = b"".join([*lines[:at], text.encode(), *lines[at:]])
    return (new, at) if kind != "package.json" or _is_json(new) else None


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def _line(kind: str, lines: Sequence[bytes], package: str, form: str) -> tuple[int, str]:
    """Where it goes and what stands there; -1 where there is no place."""
    version = _VERSION[_PATHS[kind]]
    if (
        kind == "pyproject.toml"
        and (place := _after(lines, rb"^\[tool\.poetry\.dependencies\]")) > 0
    ):
        return place, f'{package} = "^2.1"\n'
    head, text = _FORMS.get((kind, form)) or _FORMS[kind, "new"]
    return _after(lines, head), text.format(package=package, version=version)


_FORMS = {
    ("package.json", "dev"): (rb'^\s*"devDependencies": \{$', '    "{package}": "{version}",\n'),
    ("package.json", "new"): (rb'^\s*"(?:dependencies|devDependencies)": \{$', '    "{package}": "{version}",\n'),
    ("Cargo.toml", "dev"): (rb"^\[dev-dependencies\]", '{package} = "{version}"\n'),
    ("Cargo.toml", "new"): (rb"^\[(?:workspace\.)?dependencies\]", '{package} = "{version}"\n'),
    ("Cargo.toml", "table"): (rb"^\[(?:workspace\.)?dependencies\]", '{package} = {{ version = "{version}", default-features = false }}\n'),
    ("go.mod", "new"): (rb"^require \(", "\t{package} {version}\n"),
    ("pyproject.toml", "new"): (rb"^dependencies\s*=\s*\[$", '    "{package}{version}",\n'),
    ("Gemfile", "new"): (rb"^gem ", "gem '{package}', '{version}'\n"),
    ("requirements.txt", "new"): (rb"^[a-zA-Z][\w\[\]-]*\s*(?:[=<>~].*)?$", "{package}==2.1.0\n"),
}  # fmt: skip


def _after(lines: Sequence[bytes], pattern: bytes) -> int:
    looked = re.compile(pattern)
    return next((n + 1 for n, line in enumerate(lines) if looked.match(line.rstrip(b"\r\n"))), -1)


def _bumped(kind: str, pattern: bytes, after: Callable[[re.Match[bytes]], bytes]) -> Shape:
    """Another version of what is there already, by hand, with the lock file forgotten."""

    def make(random: Random, changed: Spot) -> Sequence[Edit] | None:
        spot = _locked(random, changed, kind)
        if spot is None:
            return None
        found = list(re.finditer(pattern, spot.new, re.MULTILINE))
        if not found:
            return None
        match = random.choice(found)
        return [spot.edited(spot.new[: match.start()] + after(match) + spot.new[match.end() :])]

    return Shape("lockfile-out-of-step", f"other-version-{kind}", make)


def _gone(kind: str, pattern: bytes) -> Shape:
    """A dependency is taken out of the manifest alone."""
    made = _bumped(kind, pattern, lambda match: b"").make
    return Shape("lockfile-out-of-step", f"taken-out-{kind}", made)


_NPM = rb'^(    "(?!node"|npm")[\w@/.-]+": "\^?)(\d+)(\.\d+\.\d+",)$'
_GO = rb"^(\t[\w./-]+ v\d+\.)(\d+)(\.\d+)$"
_CARGO = rb'^([\w-]+ = (?:\{ version = )?"=?)(\d+)((?:\.\d+)+")'


def _raised(match: re.Match[bytes]) -> bytes:
    return match[1] + str(int(match[2]) + 7).encode() + match[3]


SHAPES = [
    *(_manifest("new-dependency", kind, _ORDINARY, index) for kind in _PATHS for index in range(5)),
    *(_manifest("new-dependency", kind, _ORDINARY, 5, "dev") for kind in ("package.json", "Cargo.toml")),
    _manifest("new-dependency", "Cargo.toml", _ORDINARY, 6, "table"),
    *(_manifest("dependency-typosquat", kind, _SQUATTED, index) for index in range(15) for kind in _PATHS if index < len(_SQUATTED[_PATHS[kind]])),
    *(_manifest("lockfile-out-of-step", kind, _ORDINARY, index) for kind in _LOCKS for index in range(4)),
    _manifest("lockfile-out-of-step", "package.json", _ORDINARY, 7, "dev"),
    _manifest("lockfile-out-of-step", "Cargo.toml", _ORDINARY, 7, "dev"),
    *(_bumped(kind, pattern, _raised) for kind, pattern in (("package.json", _NPM), ("go.mod", _GO), ("Cargo.toml", _CARGO)) for _ in range(3)),
    _gone("package.json", _NPM + rb"\n"), _gone("Cargo.toml", rb'^[\w-]+ = "\d[\d.]*"\n'),
]  # fmt: skip
