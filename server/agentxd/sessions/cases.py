"""Brings together what a plan for one file looks at."""

from agentxd.kernel.hunks import HunkState
from agentxd.kernel.ports import BlobStore
from agentxd.proposals.deciding import FileCase
from agentxd.proposals.ledger import LedgerState
from agentxd.sessions.seen import Seen


async def case_of(
    ledger: LedgerState, blobs: BlobStore, proposal: str, path: str, seen: Seen
) -> FileCase:
    """The case of one file of a proposal, as it is seen now. Raises NotFoundError, StorageError."""
    file = ledger.proposals[proposal].file(path)
    statuses = ledger.of_file(proposal, path)
    applied = [status for status in statuses if status.state is HunkState.APPLIED]
    return FileCase(
        file=file,
        base=await content_of(blobs, file.base_blob),
        new=await content_of(blobs, file.new_blob),
        hunks=tuple(status.hunk for status in statuses),
        applied=frozenset(status.hunk.id for status in applied),
        already=frozenset(status.hunk.id for status in applied if status.level == "already"),
        edits={
            status.hunk.id: await blobs.get(status.edit_blob)
            for status in statuses
            if status.edit_blob
        },
        current=seen.content,
        current_mode=seen.mode,
    )


async def content_of(blobs: BlobStore, blob: str) -> bytes | None:
    """A content by its id; None for the empty id, which means that there is no file."""
    return await blobs.get(blob) if blob else None
