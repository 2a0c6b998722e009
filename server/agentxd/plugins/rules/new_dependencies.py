"""Tells which dependencies a change brings, from where, and under which licence."""

from collections.abc import Iterable

from msgspec.structs import replace

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Finding, Related, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.asides import milder
from agentxd.plugins.rules.dependencies.adding import Added, added, folder_of
from agentxd.plugins.rules.dependencies.licences import (
    is_copyleft,
    is_permissive,
    of_installed,
    of_project,
)
from agentxd.plugins.rules.dependencies.reading import contents, locks_of, read_lock
from agentxd.plugins.rules.dependencies.values import Source
from agentxd.plugins.rules.new_dependencies_examples import BAD, DOC, GOOD

_ANY = Lazy(r"\s*(?:\*|latest|next|x|>=\s?0(?:\.0){0,2}|dev-(?:master|main)|[*@]*@dev)\s*$")
_UNPINNED = "may be any version that is ever published"
_ORIGINS = {
    Source.GIT: "comes from a git repository without a fixed commit",
    Source.URL: "comes from an address instead of the registry",
    Source.HTTP: "comes over http, where anybody on the way can change it",
}


class NewDependencies:
    """A note for each, a warning for one that is not what a registry would hold still."""

    info = RuleInfo(
        id="new-dependency",
        title="dependency that the project did not have",
        severity=Severity.NOTE,
        doc=DOC,
        bad=BAD,
        good=GOOD,
    )

    def look_at_all(self, ground: Ground) -> Iterable[Finding]:
        """One finding for each."""
        unpinned: dict[str, Finding] = {}
        for one in added(ground):
            licence = _licence(one, ground)
            trouble = _trouble(one, licence, ground)
            if trouble == _UNPINNED and one.file.path in unpinned:
                related = Related(one.file.path, one.line, f"`{one.dependency.name}` too")
                known = unpinned[one.file.path]
                unpinned[one.file.path] = replace(known, related=(*known.related, related))
            elif trouble == _UNPINNED:
                unpinned[one.file.path] = _finding(one, licence, trouble)
            elif trouble or not one.is_known:
                yield _finding(one, licence, trouble)
        yield from unpinned.values()


def _trouble(one: Added, licence: str, ground: Ground) -> str:
    """What is wrong with it, after its name; empty for nothing."""
    dependency = one.dependency
    if dependency.source in _ORIGINS:
        return _ORIGINS[dependency.source]
    if dependency.source is Source.REGISTRY and _ANY.match(dependency.spec):
        return _UNPINNED
    if licence and is_copyleft(licence):
        own = of_project(one.manifest, ground)
        if is_permissive(own) and not dependency.is_development:
            return f"is under {licence[:40]}, and this project under {own[:40]}"
    return ""


def _finding(one: Added, licence: str, trouble: str) -> Finding:
    dependency = one.dependency
    name = f"`{dependency.written or dependency.name}`"
    kind = "new development dependency" if dependency.is_development else "new dependency"
    told = (
        f"its licence is {licence[:40]}" if licence else "its licence is not known without network"
    )
    message = f"{name} is a {kind}; {told}"
    if trouble:
        message = f"{name} {trouble}"
    severity = (
        milder(Severity.WARNING, folder_of(one.file.path) + "/") if trouble else Severity.NOTE
    )
    return Finding(
        rule=NewDependencies.info.id,
        severity=severity,
        path=one.file.path,
        line=one.line,
        message=message,
        advice="Make sure that the project needs it, and that somebody keeps it up."
        if not trouble
        else "Take a released version from the registry, or one that cannot change.",
        anchor=dependency.name,
    )


def _licence(one: Added, ground: Ground) -> str:
    """From the lock file or an installed copy; empty where neither is there."""
    ecosystem, path = one.manifest.ecosystem, one.file.path
    if ecosystem in ("npm", "packagist"):
        for lock, kind in locks_of(path, frozenset(ground.tree.paths())):
            found = read_lock(kind, contents(lock, ground)[1], "")
            if found is not None and found.licences.get(one.dependency.name):
                return found.licences[one.dependency.name]
    return of_installed(one.dependency, ecosystem, folder_of(path), ground).strip()
