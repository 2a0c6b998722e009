"""Reviews in the daemon: their settings, their process, and the edits that mend findings."""

import asyncio
import hashlib
import os
from pathlib import Path

from agentxd.app.settings import SettingsBook
from agentxd.kernel.errors import StorageError
from agentxd.kernel.index import IndexStatus
from agentxd.kernel.ports import Disk
from agentxd.kernel.review import Severity
from agentxd.plugins.inspecting.process import ProcessInspector
from agentxd.sessions.inspecting import Inspecting, Wishes
from agentxd.sessions.mending import Keep
from agentxd.sessions.searching import Searching


def inspecting_of(root: str, disk: Disk, book: SettingsBook, searching: Searching) -> Inspecting:
    """It hears of files that change from the index, which watches them anyhow."""
    inspecting = Inspecting()

    def wishes() -> Wishes:
        settings = book.effective()[0]
        return Wishes(settings.review_on_save, Severity(settings.review_min_severity))

    inspecting.equip(ProcessInspector(), disk, root, wishes)
    was_ready = False

    def hear(status: IndexStatus) -> None:
        """Ready, and something to tell: it has read a file again, once it had read them all."""
        nonlocal was_ready
        if was_ready and status.state == "ready":
            inspecting.heard()
        was_ready |= status.state == "ready"

    searching.listen(hear)
    return inspecting


def keep_edits(folder: Path) -> Keep:
    """Edits in files of their own, named by what they are."""

    async def keep(content: bytes) -> str:
        return await asyncio.to_thread(_kept, folder, content)

    return keep


def _kept(folder: Path, content: bytes) -> str:
    path = folder / f"{hashlib.sha256(content).hexdigest()}.json"
    try:
        folder.mkdir(exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written: {error.strerror}", "Make room, or mend its folder."
        ) from error
    return str(path)
