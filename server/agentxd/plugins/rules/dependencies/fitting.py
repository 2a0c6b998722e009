"""Where a manifest and its lock file contradict each other."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.plugins.rules.dependencies.values import Dependency, Lock, Manifest, Source

_VERSION = Lazy(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$")
_PART = Lazy(r"\s*(\^|~|==|=|>=|<=|>|<)?\s*(v?\d+(?:\.\d+){0,2})\s*$")
_Number = tuple[int, ...]


class Contradiction(Struct, frozen=True):
    """One dependency about which they disagree."""

    name: str
    words: str
    """What is wrong, after the name."""
    is_left_over: bool = False
    """Whether the manifest does not name it."""


def contradictions(manifest: Manifest, lock: Lock) -> set[Contradiction]:
    """All of them, also those that were there before."""
    asked = [one for one in manifest.dependencies if one.is_locked]
    found = {
        Contradiction(one.written or one.name, words)
        for one in asked
        if one.source is not Source.LOCAL and (words := _of(one, lock, manifest.ecosystem))
    }
    if lock.has_all_direct and lock.direct is not None:
        names = {one.name for one in manifest.dependencies}
        names |= {one.written for one in manifest.dependencies}
        found |= {
            Contradiction(name, "is left over", is_left_over=True)
            for name in lock.direct
            if name not in names
        }
    return found


def _of(one: Dependency, lock: Lock, ecosystem: str) -> str:
    if lock.direct is not None:
        specs = lock.direct.get(one.name)
        if specs is None:
            return "is missing"
        if specs:
            is_other = bool(one.spec) and one.source is Source.REGISTRY and one.spec not in specs
            return f"should be {one.spec}" if is_other else ""
    if lock.requests is not None:
        if f"{one.name}@{one.spec}" in lock.requests or one.source is not Source.REGISTRY:
            return ""
        return f"should be {one.spec}" if one.name in lock.versions else "is missing"
    versions = lock.versions.get(one.name)
    if versions is None:
        return "is missing" if one.source is Source.REGISTRY else ""
    return "" if fits(one.spec, versions, ecosystem) else f"should be {one.spec}"


def fits(spec: str, versions: Iterable[str], ecosystem: str) -> bool:
    """Whether one of the versions is allowed; true where that cannot be told."""
    numbers = [_number(version) for version in versions]
    parts = [_PART.match(part) for part in spec.split(",")]
    if ecosystem == "pypi" and not re.match(r"==[\d.]+$", spec):
        return True
    if not spec or None in numbers or None in parts or not numbers:
        return True
    bounds = list(_bounds(parts, ecosystem))
    return any(
        all(low <= number < high for low, high in bounds)
        for number in numbers
        if number is not None
    )


def _number(version: str) -> _Number | None:
    found = _VERSION.match(version)
    return tuple(int(part or 0) for part in found.groups()) if found else None


def _bounds(
    parts: Iterable[re.Match[str] | None], ecosystem: str
) -> Iterator[tuple[_Number, _Number]]:
    """The lowest version of each part, and the one that is no longer allowed."""
    most = (10**9,)
    for part in parts:
        if part is None:
            continue
        sign = part[1] or {"crates": "^"}.get(ecosystem, "=")
        given = [int(one) for one in part[2].lstrip("v").split(".")]
        low = tuple((*given, 0, 0)[:3])
        if sign == ">=":
            yield low, most
        elif sign == ">":
            yield (*low, 1), most
        elif sign in ("<", "<="):
            yield (0,), low if sign == "<" else (*low, 1)
        else:
            yield low, _above(sign, given)


def _above(sign: str, given: list[int]) -> _Number:
    if sign in ("=", "=="):
        return (*given[:-1], given[-1] + 1)
    if sign == "~":
        return (given[0], given[1] + 1) if len(given) > 1 else (given[0] + 1,)
    for at, part in enumerate(given):
        if part:
            return (*given[:at], part + 1)
    return (*given[:-1], given[-1] + 1)
