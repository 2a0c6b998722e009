"""Mending by edits that somebody else worked out: check, edit, check, drop what breaks."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from agentxd.kernel.errors import ProviderError
from agentxd.plugins.providers.mechanic.checks import Outcome, told, worse_of
from agentxd.plugins.providers.mechanic.goals import Goal
from agentxd.plugins.providers.mechanic.project import look_around
from agentxd.plugins.providers.mechanic.script import Act, RefusedError, Script, diff
from agentxd.plugins.providers.mechanic.toolchain import checks_of, untested
from agentxd.plugins.providers.mechanic.work import (
    check_again,
    drop_culprits,
    keep_nothing,
    take_baseline,
)

_SHOWN_CHARS = 300


class Passage(Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of a file that stands there once, and what takes its place."""

    path: str
    old: str
    new: str
    why: str = ""
    """What it mends, in a few words."""


class Mending(Struct, frozen=True, forbid_unknown_fields=True):
    """All of them, to be made in this order."""

    edits: tuple[Passage, ...]


def read_mending(path: Path) -> Mending | None:
    """From a file of JSON. Raises ProviderError.

    None for a conversation: a session that another provider began still carries it when it goes
    on with the mechanic.
    """
    try:
        data = path.read_bytes()
        if "steps" in msgspec.json.decode(data, type=dict[str, msgspec.Raw]):
            return None
        return msgspec.json.decode(data, type=Mending)
    except (OSError, msgspec.DecodeError) as error:
        raise ProviderError(
            f"{path} is no list of edits: {error}", "propose the fixes anew"
        ) from error


def mend(mending: Mending, check_commands: Sequence[str]) -> Script[str]:
    """Make the edits; the summary."""
    project = yield from look_around(Goal(()))
    checks = list(check_commands) or checks_of(project)
    why_untested = "" if check_commands else untested(project)
    baseline = yield from take_baseline(checks, why_untested)
    notes = yield from _edited(mending.edits)
    try:
        hunks = yield from diff("Looking at what has changed.")
        if not hunks:
            return "\n".join(["Nothing was mended.", *notes])
        after = yield from check_again(baseline, "Running the checks on what was mended.")
        dropped: list[int] = []
        if worse := worse_of(baseline.usable, after):
            notes.append(f"With every fix, {'; '.join(told(outcome) for outcome in worse)}.")
            dropped, after = yield from drop_culprits(baseline, hunks, notes)
    except RefusedError as error:
        yield from keep_nothing()
        return f"Stopped, and took every fix back. {error.message}"
    return _summary(len(hunks), len(dropped), after, [*notes, *baseline.notes])


def _edited(edits: Sequence[Passage]) -> Script[list[str]]:
    """Make them all; one that cannot be made is told about."""
    calls = tuple(("edit", {"path": edit.path, "old": edit.old, "new": edit.new}) for edit in edits)
    observations = yield Act(f"Making {len(edits)} edits.", calls)
    return [
        f"Left out, in {edit.path}: {edit.why}. {seen.output[:_SHOWN_CHARS]}"
        for edit, seen in zip(edits, observations, strict=True)
        if seen.is_error
    ]


def _summary(n_hunks: int, n_dropped: int, after: Sequence[Outcome], notes: Sequence[str]) -> str:
    n_left = n_hunks - n_dropped
    lines = [f"Mended in {n_hunks} hunks, {n_left} proposed, {n_dropped} dropped."]
    lines += [f"After the change, {told(outcome)}." for outcome in after if n_left]
    return "\n".join([*lines, *notes])
