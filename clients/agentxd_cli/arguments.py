"""What a row of the command table is made of."""

import math
from argparse import ArgumentTypeError
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Argument:
    """One argument of a command, as argparse takes it."""

    flags: tuple[str, ...]
    help: str
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """One command."""

    name: str
    help: str
    module: str
    function: str
    arguments: tuple[Argument, ...] = ()


def flag(*flags: str, help: str) -> Argument:  # noqa: A002  # argparse's own word
    """One that is there or not."""
    return Argument(flags, help, {"action": "store_true"})


def option(*flags: str, help: str, **options: object) -> Argument:  # noqa: A002
    """One with a value, or a word without a flag."""
    return Argument(flags, help, options)


def port_number(text: str) -> int:
    """A TCP port; 0 lets the kernel choose. Raises ValueError."""
    port = int(text)
    if not 0 <= port <= 65_535:  # noqa: PLR2004  # the ports that there are
        raise ValueError(text)
    return port


def counting_number(text: str) -> int:
    """How many there may be. Raises ArgumentTypeError."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number of 1 or more")
    return number


def seconds(text: str) -> float:
    """A time to wait; 0 is none. Raises ArgumentTypeError."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not number >= 0:  # also where it is no number
        raise ArgumentTypeError(f"{text!r} is not a number of seconds, 0 or more")
    return number
