"""The rules that are installed: our own, and those of other packages.

A package brings one with `[project.entry-points."agentxd.rules"]` and a line such as
`no-sleep = "acme_rules:NoSleep"`, a class without arguments that is a `Rule` or a `ChangeRule`.
"""

import importlib
import sys
from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.review import RuleFailure
from agentxd.kernel.review_ports import ChangeRule, Rule
from agentxd.plugins.packages import declared

GROUP = "agentxd.rules"
OWN = {
    "conflict-marker": "conflict_markers:ConflictMarkers",
    "secret": "secrets:Secrets",
    "syntax-error": "syntax_errors:SyntaxErrors",
    "hidden-unicode": "hidden_unicode:HiddenUnicode",
    "permission-bits": "permission_bits:PermissionBits",
    "ci-secret-leak": "ci_secrets:CiSecrets",
    "api-broken": "api_broken:ApiBroken",
    "test-removed": "removed_tests:RemovedTests",
    "test-weakened": "weakened_tests:WeakenedTests",
    "test-skipped": "skipped_tests:SkippedTests",
    "large-file": "large_files:LargeFiles",
    "binary-file": "binary_files:BinaryFiles",
    "debug-leftover": "debug_leftovers:DebugLeftovers",
    "commented-out-code": "commented_out:CommentedOut",
    "todo-without-owner": "todo_owner:TodoOwner",
    "dangerous-call": "dangerous_calls:DangerousCalls",
    "data-loss": "data_loss:DataLoss",
    "lockfile-out-of-step": "lockfiles:Lockfiles",
    "new-dependency": "new_dependencies:NewDependencies",
    "dependency-typosquat": "dependency_typosquats:DependencyTyposquats",
}
"""Rule to its place below this package, in the order in which they run."""


class Found(Struct, frozen=True):
    """What is installed."""

    rules: tuple[Rule | ChangeRule, ...]
    failures: tuple[RuleFailure, ...]
    """Those that cannot be loaded; a review without them is no pass."""


def installed(path: Sequence[str] | None = None) -> Found:
    """Every rule, our own first; `path`: where packages lie, `sys.path` where it is left out."""
    rules: list[Rule | ChangeRule] = []
    failures: list[RuleFailure] = []
    for name, place in (*_own(), *sorted(_others(sys.path if path is None else path).items())):
        module, _, attribute = place.partition(":")
        try:
            rule = getattr(importlib.import_module(module), attribute)()
            if rule.info.id != name:
                raise ValueError(f"it calls itself {rule.info.id}")  # noqa: TRY301  # told as others are
            rules.append(rule)
        except Exception as error:  # noqa: BLE001  # the border to a plugin: invariant 7
            reason = f"{place} cannot be loaded: {type(error).__name__}: {error}"
            step = "Mend or remove the package that brings it."
            failures.append(RuleFailure(name, reason, step))
    return Found(tuple(rules), tuple(failures))


def _own() -> Iterator[tuple[str, str]]:
    for name, place in OWN.items():
        yield name, f"{__package__}.{place}"


def _others(path: Sequence[str]) -> dict[str, str]:
    """Those that packages declare; nobody takes over one of ours."""
    found: dict[str, str] = {}
    for name, place in declared(GROUP, path):
        if name not in OWN:
            found.setdefault(name, place)
    return found
