"""Fixes of findings become hunks: edits that the mechanic makes in a sandbox, with the checks."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from msgspec import Struct

from agentxd.kernel.review import Finding, Fix
from agentxd.review.mending import apart, passages
from agentxd.review.placing import placed
from agentxd.sessions.goals import RULES, Goal, Goals
from agentxd.sessions.inspecting import Inspecting
from agentxd.sessions.seen import Sight
from agentxd.tasks.state import TaskState
from agentxd.workspace.lines import decode

_BOM = "\ufeff"
_MOST_NAMED = 5
Keep = Callable[[bytes], Awaitable[str]]
"""Puts edits away for as long as a task may need them; the path."""


class Edit(Struct, frozen=True):
    """A piece of a file that stands there once, and what takes its place."""

    path: str
    old: str
    new: str
    why: str


class Left(Struct, frozen=True):
    """A finding that is not mended."""

    finding: Finding
    reason: str


class Mended(Struct, frozen=True):
    """What is being mended, and what is not."""

    session: str = ""
    """Empty where nothing is."""
    task: TaskState | None = None
    n_mended: int = 0
    left: tuple[Left, ...] = ()


class Mending:
    """Makes tasks of fixes."""

    def __init__(self, inspecting: Inspecting, sight: Sight, goals: Goals, keep: Keep) -> None:
        self._inspecting = inspecting
        self._sight = sight
        self._goals = goals
        self._keep = keep

    def findings(self, fingerprints: Sequence[str]) -> list[Finding]:
        """By name, or all that are shown. Raises NotFoundError."""
        if fingerprints:
            return [self._inspecting.finding(name) for name in fingerprints]
        return [found for file in self._inspecting.files.values() for found in file.findings]

    async def mend(
        self, findings: Sequence[Finding], texts: Mapping[str, str], client: str
    ) -> Mended:
        """Begin; `texts` are of files as somebody else reviewed them. Raises StorageError."""
        left = [Left(found, "it carries no fix") for found in findings if found.fix is None]
        by_path: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.fix is not None:
                by_path.setdefault(finding.path, []).append(finding)
        edits: list[Edit] = []
        mended: list[Finding] = []
        for path, own in by_path.items():
            done, made, not_mended = await self._in_file(path, own, texts.get(path))
            mended += done
            edits += made
            left += not_mended
        if not edits:
            return Mended(left=tuple(left))
        script = await self._keep(msgspec.json.encode({"edits": edits}))
        goal = Goal(text=_words(mended), provider=RULES, script=script)
        session, task = await self._goals.run(goal, client)
        return Mended(session, self._goals.get(task), len(mended), tuple(left))

    async def ended(self, mended: Mended) -> Mended:
        """Wait for its end."""
        if mended.task is None:
            return mended
        return msgspec.structs.replace(mended, task=await self._goals.ended(mended.task.id))

    async def _in_file(
        self, path: str, findings: Sequence[Finding], text: str | None
    ) -> tuple[list[Finding], list[Edit], list[Left]]:
        content = await self._sight.content(path)
        now, encoding = decode(content or b"")
        if content is None or encoding == "binary":
            return (
                [],
                [],
                [Left(found, "there is no such text file any more") for found in findings],
            )
        now = now.removeprefix(_BOM)
        was = (self._reviewed(path, now) if text is None else text).removeprefix(_BOM)
        before, after = was.encode("utf-8", "replace"), now.encode()
        where = {one.finding: one.fix for one in placed(findings, before, after)}
        fixes: list[Fix] = []
        mendable: list[Finding] = []
        left: list[Left] = []
        for finding in findings:
            if (fix := where.get(finding)) is None:
                left.append(Left(finding, "its lines are not what they were in the review"))
            else:
                fixes.append(fix)
                mendable.append(finding)
        kept, refused = apart(fixes)
        left += [Left(mendable[n], "another fix of this place comes first") for n in refused]
        why = "; ".join(fixes[number].title for number in kept)
        made = passages(now, [fixes[number] for number in kept])
        edits = [Edit(path, old, new, why) for old, new in made]
        return [mendable[number] for number in kept], edits, left

    def _reviewed(self, path: str, now: str) -> str:
        """The text in which findings that are shown were found; else that of now."""
        file = self._inspecting.files.get(path)
        return now if file is None or file.content is None else decode(file.content)[0]


def _words(findings: Sequence[Finding]) -> str:
    rules = list(dict.fromkeys(found.rule for found in findings))
    more = f" and {len(rules) - _MOST_NAMED} more" if len(rules) > _MOST_NAMED else ""
    noun = "finding" if len(findings) == 1 else "findings"
    return f"mend {len(findings)} {noun} of the review: {', '.join(rules[:_MOST_NAMED])}{more}"
