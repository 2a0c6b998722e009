"""agentx/setting/*."""

from agentxd_protocol.base import Empty
from agentxd_protocol.setting import GetSettingsResult, SetSettingParams, Settings

from agentxd.edges.lsp.connection import Connection, Handler


async def get_settings(connection: Connection, params: Empty) -> GetSettingsResult:
    """Effective settings, and where each is from."""
    del params
    values, sources, warnings = connection.application.house.settings()
    return GetSettingsResult(
        settings=Settings(**values), sources=dict(sources), warnings=list(warnings)
    )


async def set_setting(connection: Connection, params: SetSettingParams) -> GetSettingsResult:
    """Set one setting."""
    connection.application.house.set_setting(params.key, params.value, params.scope)
    return await get_settings(connection, Empty())


HANDLERS: dict[str, Handler] = {
    "agentx/setting/get": get_settings,
    "agentx/setting/set": set_setting,
}
