"""agentx/setting/set: a client changes a setting and sees what holds then."""

from agentxd_protocol.setting import GetSettingsResult, SetSettingParams

from agentxd.edges.lsp.connection import Connection
from agentxd.edges.lsp.handlers.shared.answers import settings_of


async def handle(connection: Connection, params: SetSettingParams) -> GetSettingsResult:
    """Set one setting."""
    connection.application.house.set_setting(params.key, params.value, params.scope)
    connection.application.inspecting.renew()
    return settings_of(connection)
