"""Contents in memory: the fake that passes the same contract suite as the one on disk."""

import time

from agentxd.kernel.errors import NotFoundError, StorageError
from agentxd.kernel.files import blob_id


class InMemoryBlobStore:
    """Implements the BlobStore port."""

    def __init__(self, quota: int = 1 << 30) -> None:
        self.blobs: dict[str, bytes] = {}
        self.put_at: dict[str, float] = {}
        """Seconds since 1970 of the newest `put` of each blob."""
        self._quota = quota

    async def put(self, content: bytes) -> str:
        """Keep the content; its id. Raises StorageError beyond the quota."""
        blob = blob_id(content)
        if blob not in self.blobs:
            if await self.size() + len(content) > self._quota:
                raise StorageError(
                    f"{len(content)} more bytes would pass the quota of {self._quota} bytes",
                    "Decide or drop old proposals, or raise the quota.",
                )
            self.blobs[blob] = bytes(content)
        self.put_at[blob] = time.time()
        return blob

    async def get(self, blob: str) -> bytes:
        """The content. Raises NotFoundError, or StorageError where it is damaged."""
        if blob not in self.blobs:
            raise NotFoundError(f"there is no content {blob}")
        if blob_id(self.blobs[blob]) != blob:
            raise StorageError(f"the content {blob} is damaged", "Run the task again.")
        return self.blobs[blob]

    async def collect(self, keep: frozenset[str], grace_s: float = 0.0) -> int:
        """Drop every blob that is neither in `keep` nor newer; the number of bytes set free."""
        newest = time.time() - grace_s
        gone = [
            blob for blob in self.blobs if blob not in keep and self.put_at.get(blob, 0.0) <= newest
        ]
        return sum(len(self.blobs.pop(blob)) for blob in gone)

    async def damaged(self) -> list[str]:
        """The ids of all contents that are not what their name says."""
        return sorted(blob for blob, content in self.blobs.items() if blob_id(content) != blob)

    async def size(self) -> int:
        """Bytes kept."""
        return sum(map(len, self.blobs.values()))
