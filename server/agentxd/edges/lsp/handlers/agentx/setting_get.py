"""agentx/setting/get: the settings that hold now."""

from agentxd_protocol.base import Empty
from agentxd_protocol.setting import GetSettingsResult

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import settings_of


async def handle(connection: Connection, params: Empty) -> GetSettingsResult:
    """Effective settings, and where each is from."""
    del params
    return settings_of(connection)
