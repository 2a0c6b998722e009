"""A model server on the loopback, for tests: it speaks the vendors' wires and fails by name."""

from loopback.answers import (
    Answer,
    Call,
    Refusal,
    Stop,
    Text,
    Thinking,
    Usage,
    answer,
    call,
    stamped,
    thought,
)
from loopback.catalogue import Model
from loopback.faults import FAULTS, Fault, fault
from loopback.http import Request
from loopback.process import model_process
from loopback.server import ModelServer, model_server

__all__ = [
    "FAULTS",
    "Answer",
    "Call",
    "Fault",
    "Model",
    "ModelServer",
    "Refusal",
    "Request",
    "Stop",
    "Text",
    "Thinking",
    "Usage",
    "answer",
    "call",
    "fault",
    "model_process",
    "model_server",
    "stamped",
    "thought",
]
