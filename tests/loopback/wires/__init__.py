"""The wires that the loopback server speaks, one file each."""

from loopback.wires.anthropic import AnthropicMessages
from loopback.wires.base import Turn, Wire
from loopback.wires.chat import OpenAiChat
from loopback.wires.ollama import OllamaChat
from loopback.wires.responses import OpenAiResponses

WIRES: tuple[Wire, ...] = (AnthropicMessages(), OpenAiResponses(), OpenAiChat(), OllamaChat())

__all__ = ["WIRES", "Turn", "Wire"]
