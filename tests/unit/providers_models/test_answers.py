"""What a model writes into its calls never breaks the wire between worker and daemon."""

import pytest
from agentxd.kernel.messages import NO_OBJECT, Message, ModelRequest, Text, ToolCall, Usage
from agentxd.kernel.models import Model
from agentxd.plugins.providers.vendors import VENDORS
from agentxd.plugins.providers.worker.answers import read_arguments, whole_step
from agentxd.plugins.providers.worker.troubles import Place
from agentxd.plugins.providers.worker.wire import Ended, framed


@pytest.mark.parametrize(
    "written",
    [
        '{"n": 99999999999999999999999999}',
        '{"text": "\\ud800"}',
        '{"n": ' + "[" * 300 + "]" * 300 + "}",
        '{"n": ' + "[" * 3_000 + "]" * 3_000 + "}",
    ],
)
def test_arguments_that_no_wire_can_take_are_told_as_such(written):
    call = ToolCall("a", "echo", read_arguments(written))
    request = ModelRequest("m", "", (Message("user", (Text("x"),)),), ())
    place = Place(VENDORS["anthropic"], "")
    step = whole_step(request, Model(provider="acme"), place, [call], reason="end", usage=Usage())
    (found,) = step.message.parts
    assert list(found.arguments) == [NO_OBJECT]
    assert framed(Ended(1, step))
