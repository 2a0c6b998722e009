"""A real working copy for the tools: files on disk, a snapshot, and a sandbox without walls."""

from agentxd.kernel.errors import AgentxError
from agentxd.kernel.sandboxes import SandboxSpec
from agentxd.plugins.disk.local import LocalDisk
from agentxd.plugins.sandboxes.process import ProcessBackend
from agentxd.plugins.tools import built_in_tools
from agentxd.tasks.workroom import CallContext


class Room:
    """Calls tools the way the dispatcher does, errors as words."""

    def __init__(self, sandbox, snapshot):
        self.sandbox = sandbox
        self.snapshot = snapshot
        self.tools = {tool.spec.name: tool for tool in built_in_tools()}
        self.emitted = []
        self.asked = []

    async def ask(self, question, options):
        self.asked.append((question, tuple(options)))
        return "yes"

    async def call(self, name, /, **arguments):
        """The observation; `arguments` as a model would send them."""
        context = CallContext(self.sandbox, self.snapshot, self.ask, self.emitted.append)
        return await self.tools[name].call("c1", arguments, context)

    async def told(self, name, /, **arguments):
        """The output of a call that must succeed."""
        observation = await self.call(name, **arguments)
        assert not observation.is_error, observation.output
        return observation.output

    async def refused(self, name, /, **arguments):
        """The words with which a call is refused."""
        try:
            observation = await self.call(name, **arguments)
        except AgentxError as error:
            return error.message
        assert observation.is_error, observation.output
        return observation.output


async def make_room(tmp_path, files):
    """A room on these files; a str is a link's target, and a mode may follow the content."""
    root = tmp_path / "w"
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            place.symlink_to(content)
        else:
            place.write_bytes(content)
            if content.startswith(b"#!"):
                place.chmod(0o755)
    root.mkdir(exist_ok=True)
    snapshot = await LocalDisk(tmp_path / "cache").snapshot(str(root), {})
    spec = SandboxSpec("w/t1", snapshot, str(tmp_path / "scratch"))
    return Room(await ProcessBackend().open(spec), snapshot)
