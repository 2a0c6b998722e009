"""Contents in memory: the fake that passes the same contract suite as the one on disk."""

from agentxd.kernel.errors import NotFoundError, StorageError
from agentxd.kernel.files import blob_id


class InMemoryBlobStore:
    """Implements the BlobStore port."""

    def __init__(self, quota: int = 1 << 30) -> None:
        self.blobs: dict[str, bytes] = {}
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
        return blob

    async def get(self, blob: str) -> bytes:
        """The content. Raises NotFoundError, or StorageError where it is damaged."""
        if blob not in self.blobs:
            raise NotFoundError(f"there is no content {blob}")
        if blob_id(self.blobs[blob]) != blob:
            raise StorageError(f"the content {blob} is damaged", "Run the task again.")
        return self.blobs[blob]

    async def collect(self, keep: frozenset[str]) -> int:
        """Drop every blob that is not in `keep`; the number of bytes set free."""
        gone = [blob for blob in self.blobs if blob not in keep]
        return sum(len(self.blobs.pop(blob)) for blob in gone)

    async def size(self) -> int:
        """Bytes kept."""
        return sum(map(len, self.blobs.values()))
