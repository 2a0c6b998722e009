"""The built-in tools; `register` is what a third party's package would offer as well."""

from agentxd.kernel.index_ports import CodeIndex
from agentxd.kernel.ports import Tool
from agentxd.plugins.tools.ask import AskTool
from agentxd.plugins.tools.diff import DiffTool
from agentxd.plugins.tools.edit import edit_tool_for
from agentxd.plugins.tools.glob import GlobTool
from agentxd.plugins.tools.grep import GrepTool
from agentxd.plugins.tools.hunk_memory import HunkMemory
from agentxd.plugins.tools.keep import KeepTool
from agentxd.plugins.tools.list import ListTool
from agentxd.plugins.tools.map import MapTool
from agentxd.plugins.tools.plan import PlanTool
from agentxd.plugins.tools.read import ReadTool
from agentxd.plugins.tools.references import ReferencesTool
from agentxd.plugins.tools.registry import ToolRegistry
from agentxd.plugins.tools.run import RunTool
from agentxd.plugins.tools.search import SearchTool
from agentxd.plugins.tools.symbol import SymbolTool
from agentxd.plugins.tools.write import WriteTool


def register(registry: ToolRegistry) -> None:
    """Offer the built-in tools."""
    registry.register(_plain_tools)
    registry.register(_hunk_tools)


def built_in_tools(model: str = "", index: CodeIndex | None = None) -> tuple[Tool, ...]:
    """A fresh set of the built-in tools, for one task of this model; `index` where there is one."""
    registry = ToolRegistry()
    register(registry)
    registry.register(lambda: (edit_tool_for(model),))
    if index is not None:
        registry.register(lambda: index_tools(index))
    return registry.tools()


def index_tools(index: CodeIndex) -> tuple[Tool, ...]:
    """The tools that ask the index."""
    return (SearchTool(index), SymbolTool(index), ReferencesTool(index), MapTool(index))


def _plain_tools() -> tuple[Tool, ...]:
    return (
        ReadTool(),
        ListTool(),
        GlobTool(),
        GrepTool(),
        WriteTool(),
        RunTool(),
        AskTool(),
        PlanTool(),
    )


def _hunk_tools() -> tuple[Tool, ...]:
    memory = HunkMemory()
    return (DiffTool(memory), KeepTool(memory))
