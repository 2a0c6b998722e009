"""The index of one workspace: its settings, and the daemon's end of its worker."""

from pathlib import Path

from agentxd_protocol.setting import Settings

from agentxd.app.settings import SettingsBook
from agentxd.kernel.index_ports import Progress
from agentxd.plugins.indexing.remote import RemoteIndex
from agentxd.plugins.indexing.wire import IndexSettings

DATABASE = "index.db"
"""In the state folder of the workspace; deleting it only costs a rebuild."""


def remote_index(root: str, state_dir: str, book: SettingsBook, progress: Progress) -> RemoteIndex:
    """An index whose worker starts at need; changed settings count from the next question on."""
    place = str(Path(state_dir) / DATABASE)
    return RemoteIndex(lambda: index_settings(root, place, book.effective()[0]), progress)


def index_settings(root: str, place: str, settings: Settings) -> IndexSettings:
    """What the worker needs to know of the settings."""
    return IndexSettings(
        root=root,
        place=place,
        is_enabled=settings.index_enabled,
        embedder=settings.index_embedder,
        embedder_model=settings.index_embedder_model,
        embedder_url=settings.index_embedder_url,
        max_file_bytes=settings.index_max_file_bytes,
        max_bytes=settings.index_max_bytes,
    )
