"""The witness: a sandbox that notes every command which left the tree as it was."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from agentxd.agents.recording import Recorder, Trail
from agentxd.kernel.events import EvidenceRecorded
from agentxd.kernel.files import FileChange, Snapshot, blob_id
from agentxd.kernel.hunks import Evidence
from agentxd.kernel.ids import evidence_id
from agentxd.kernel.ports import BlobStore, Clock, Sandbox, TellsLeftOut
from agentxd.kernel.redaction import redact
from agentxd.kernel.sandboxes import Command, FileWrite, RunResult
from agentxd.workspace.snapshots import changed_tree

_TAIL_LINES = 20
_TAIL_CHARS = 2_000


class Archive(Struct, frozen=True):
    """Where evidence is kept, and whose it is."""

    task: str
    blobs: BlobStore
    clock: Clock
    record: Recorder
    n_before: int = 0
    """Evidence that the task has already, from before it was resumed."""


class Witness:
    """Wraps the sandbox of one task.

    A run at the base tree is recorded at once as evidence of the state before. Which later runs
    were at the proposed tree is known only at the end: `after` tells them then, numbered on from
    those before. Only what is recorded has a number: whoever counts the records finds the next.
    """

    def __init__(self, sandbox: Sandbox, snapshot: Snapshot, archive: Archive) -> None:
        self.id = sandbox.id
        self.backend = sandbox.backend
        self._sandbox = sandbox
        self._snapshot = snapshot
        self._archive = archive
        self._tree: str | None = snapshot.id
        self._runs: list[Evidence] = []
        self.before: list[Evidence] = []
        """What ran at the base tree."""

    async def run(
        self, command: Command, on_output: Callable[[bytes], None] | None = None
    ) -> RunResult:
        """Run, and remember it as evidence where the tree is the same before and after."""
        before = await self.tree()
        result = await self.run_unseen(command, on_output)
        if await self.tree() == before and not self._hides_a_file():
            await self._remember(command, result, before)
        return result

    async def run_unseen(
        self, command: Command, on_output: Callable[[bytes], None] | None = None
    ) -> RunResult:
        """Run without taking it as evidence: look-ups of tools."""
        self._tree = None
        return await self._sandbox.run(command, on_output)

    async def read(self, path: str) -> bytes | None:
        """As the sandbox does."""
        return await self._sandbox.read(path)

    async def write(self, files: Sequence[FileWrite]) -> None:
        """As the sandbox does."""
        self._tree = None
        await self._sandbox.write(files)

    async def difference(self) -> list[FileChange]:
        """As the sandbox does."""
        changes = await self._sandbox.difference()
        self._tree = changed_tree(self._snapshot, changes)
        return changes

    async def close(self) -> None:
        """As the sandbox does."""
        await self._sandbox.close()

    async def tree(self) -> str:
        """Hash of the tree that is in the sandbox now."""
        if self._tree is None:
            await self.difference()
        return self._tree or self._snapshot.id

    @property
    def left_out(self) -> Mapping[str, str]:
        """Path to reason, for what the newest difference could not compare."""
        return self._sandbox.left_out if isinstance(self._sandbox, TellsLeftOut) else {}

    def _hides_a_file(self) -> bool:
        """Whether a file of the snapshot may be other than the tree hash says."""
        return not self._snapshot.entries.keys().isdisjoint(self.left_out)

    def after(self, tree: str) -> list[Evidence]:
        """What ran at the proposed tree, the last run of each command."""
        if tree == self._snapshot.id:
            return []
        last = {run.command: run for run in self._runs if run.tree == tree}
        return [
            replace(run, phase="after", id=self._next_id(number))
            for number, run in enumerate(last.values())
        ]

    def _next_id(self, n_skipped: int = 0) -> str:
        n_recorded = self._archive.n_before + len(self.before)
        return evidence_id(self._archive.task, n_recorded + n_skipped + 1)

    async def _remember(self, command: Command, result: RunResult, tree: str) -> None:
        archive = self._archive
        output = redact(result.output.decode("utf-8", "replace")).encode()
        evidence = Evidence(
            id=self._next_id(),
            command=command.line,
            tree=tree,
            phase="before",
            exit_code=result.exit_code,
            duration_ms=round(result.duration_s * 1000),
            output_blob=blob_id(output),
            tail=tail_of(output),
            backend=self.backend,
            at_ms=archive.clock.now_ms(),
        )
        is_before = tree == self._snapshot.id
        (self.before if is_before else self._runs).append(evidence)
        kept = _kept(archive, output, evidence if is_before else None)
        if isinstance(archive.record, Trail):
            archive.record.later(kept)
        else:
            await kept


async def _kept(archive: Archive, output: bytes, evidence: Evidence | None) -> None:
    """The output first: a record names only what is there."""
    await archive.blobs.put(output)
    if evidence is not None:
        await archive.record(EvidenceRecorded(archive.task, evidence))


class Unseen:
    """The same sandbox for tools whose commands are look-ups: nothing of it is evidence."""

    def __init__(self, witness: Witness) -> None:
        self.id = witness.id
        self.backend = witness.backend
        self.run = witness.run_unseen
        self.read = witness.read
        self.write = witness.write
        self.difference = witness.difference
        self.close = witness.close


def tail_of(output: bytes) -> str:
    """The last lines, as text to show."""
    lines = output.decode("utf-8", "replace").splitlines()[-_TAIL_LINES:]
    return "\n".join(lines)[-_TAIL_CHARS:]
