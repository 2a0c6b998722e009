"""Verified subsets: the checks on exactly these hunks, before they are accepted."""

from collections.abc import Awaitable, Callable, Sequence

from agentxd.kernel.errors import ChecksFailedError, ConflictError, StateError
from agentxd.kernel.events import EvidenceRecorded, SandboxClosed, SandboxOpened, SandboxRequested
from agentxd.kernel.hunks import Evidence
from agentxd.kernel.ids import evidence_id
from agentxd.kernel.ports import BlobStore, Clock, Sandbox, SandboxBackend
from agentxd.kernel.redaction import redact
from agentxd.kernel.sandboxes import Command, FileWrite, SandboxSpec
from agentxd.proposals.deciding import plan_accept
from agentxd.sessions.cases import case_of
from agentxd.sessions.journal import Journal
from agentxd.sessions.naming import named_hunks
from agentxd.sessions.seen import Sight
from agentxd.workspace.snapshots import changed_tree

_TAIL_LINES = 20
SandboxRoom = Callable[[str], Awaitable[tuple[SandboxBackend, SandboxSpec]]]
"""For an owner: the back end and what to open it on."""


class Verifying:
    """Runs the checks of a proposal on a subset of its hunks."""

    def __init__(
        self,
        journal: Journal,
        blobs: BlobStore,
        sight: Sight,
        *,
        room: SandboxRoom,
        checks: Callable[[], Sequence[str]],
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._blobs = blobs
        self._sight = sight
        self._room = room
        self._checks = checks
        self._clock = clock

    async def verify(self, ids: Sequence[str], connection: str = "") -> list[Evidence]:
        """Evidence of each check. Raises ChecksFailedError where one fails, nothing is changed."""
        names = named_hunks(self._journal.state.ledger, ids, "accept")
        task = self._task_of(names)
        commands = self._commands(names)
        files = await self._files(names, connection)
        backend, spec = await self._room(f"{task}-verify-{names[0]}")
        await self._journal.record(SandboxRequested(task, backend.name))
        sandbox = await backend.open(spec)
        try:
            await self._journal.record(SandboxOpened(task, sandbox.id, sandbox.backend))
            await sandbox.write(files)
            tree = changed_tree(spec.snapshot, await sandbox.difference())
            evidence = [
                await self._run(sandbox, task, command, tree, names) for command in commands
            ]
        finally:
            await sandbox.close()
            await self._journal.record(SandboxClosed(task, sandbox.id))
        _refuse_failed(evidence)
        return evidence

    def _task_of(self, names: Sequence[str]) -> str:
        ledger = self._journal.state.ledger
        return ledger.proposals[ledger.hunks[names[0]].proposal].task

    def _commands(self, names: Sequence[str]) -> list[str]:
        """What the settings name, else what passed at the proposed tree."""
        if commands := list(self._checks()):
            return commands
        state = self._journal.state
        found: dict[str, None] = {}
        for name in names:
            proposal = state.ledger.proposals[state.ledger.hunks[name].proposal]
            for evidence in state.tasks.tasks[proposal.task].evidence:
                if evidence.phase == "after" and evidence.exit_code == 0:
                    found[evidence.command] = None
        if not found:
            raise StateError(
                "no check is known for these hunks",
                "Name one: agentxd config set check_commands '[\"make test\"]'",
            )
        return list(found)

    async def _files(self, names: Sequence[str], connection: str) -> list[FileWrite]:
        """The files as they would be with exactly these hunks accepted now."""
        ledger = self._journal.state.ledger
        files: dict[tuple[str, str], list[str]] = {}
        for name in names:
            status = ledger.hunks[name]
            files.setdefault((status.proposal, status.hunk.path), []).append(name)
        writes: list[FileWrite] = []
        for (proposal, path), hunks in files.items():
            file = ledger.proposals[proposal].file(path)
            seen = await self._sight.look(file.old_path or path, connection)
            case = await case_of(ledger, self._blobs, proposal, path, seen)
            plan = plan_accept(case, hunks)
            for clash in plan.conflicts:
                raise ConflictError(
                    f"{clash.hunk} no longer fits: {clash.reason}",
                    "Accept it without --verify to see both sides.",
                )
            writes.append(FileWrite(path, plan.after, plan.after_mode))
            if file.old_path:
                writes.append(FileWrite(file.old_path, None))
        return writes

    async def _run(
        self, sandbox: Sandbox, task: str, command: str, tree: str, names: Sequence[str]
    ) -> Evidence:
        result = await sandbox.run(Command(command))
        n_before = len(self._journal.state.tasks.tasks[task].evidence)
        text = redact(result.output.decode(errors="replace"))
        evidence = Evidence(
            id=evidence_id(task, n_before + 1),
            command=command,
            tree=tree,
            phase="subset",
            exit_code=result.exit_code,
            duration_ms=round(result.duration_s * 1000),
            output_blob=await self._blobs.put(text.encode()),
            tail="\n".join(text.splitlines()[-_TAIL_LINES:]),
            backend=sandbox.backend,
            hunks=tuple(names),
            at_ms=self._clock.now_ms(),
        )
        await self._journal.record(EvidenceRecorded(task, evidence))
        return evidence


def _refuse_failed(evidence: Sequence[Evidence]) -> None:
    for ran in evidence:
        if ran.exit_code != 0:
            raise ChecksFailedError(
                f"`{ran.command}` ended with {ran.exit_code} on exactly these hunks;"
                " nothing was changed",
                f"Read what it printed: agentxd evidence {ran.id}",
            )
