"""Reads the words, runs the command, turns trouble into a sentence and an exit code."""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from agentxd_client.connection import ClientError
from agentxd_client.launch import LaunchError

from agentxd_cli import VERSION
from agentxd_cli.exit_codes import BY_ERROR, Exit
from agentxd_cli.linking import DaemonGoneError
from agentxd_cli.table import COMMANDS, COMMON


class UsageError(Exception):
    """The words are off; `parser` is the one that they were meant for."""

    def __init__(self, parser: argparse.ArgumentParser, message: str) -> None:
        super().__init__(message)
        self.parser = parser


class _Parser(argparse.ArgumentParser):
    """Leaves it to the caller how an error is told; options may stand between the words."""

    is_mixing = False

    def parse_known_args(  # type: ignore[override]  # the base has overloads for one behaviour
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Of a command: `config set --scope user KEY VALUE` is what it looks like."""
        has_end = args is not None and "--" in args  # behind it nothing is an option
        if self.is_mixing or has_end or self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        self.is_mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self.is_mixing = False

    def error(self, message: str) -> NoReturn:
        raise UsageError(self, message)


def make_parser() -> argparse.ArgumentParser:
    """The parser, from the command table. Its `parse_args` raises UsageError."""
    parser = _Parser(
        prog="agentxd",
        description="Agents work on a copy of your code; you review what they did hunk by hunk.",
    )
    parser.add_argument("--version", action="version", version=f"agentxd {VERSION}")
    for argument in COMMON:
        parser.add_argument(*argument.flags, help=argument.help, **argument.options)  # type: ignore[arg-type]
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help)
        for argument in command.arguments:
            sub.add_argument(*argument.flags, help=argument.help, **argument.options)  # type: ignore[arg-type]
        for argument in COMMON:  # where they were given before the command, that stays
            rest = {**argument.options, "default": argparse.SUPPRESS}
            sub.add_argument(*argument.flags, help=argument.help, **rest)  # type: ignore[arg-type]
    return parser


def run(arguments: Sequence[str]) -> int:
    """The exit code."""
    is_asking = list(arguments[:1]) == ["help"]
    try:
        options = make_parser().parse_args([*arguments[1:], "--help"] if is_asking else arguments)
    except UsageError as error:
        return _refuse(arguments, error)
    return _run(options)


def _refuse(arguments: Sequence[str], error: UsageError) -> int:
    if "--json" not in arguments:
        argparse.ArgumentParser.error(error.parser, str(error))
    asking = argparse.Namespace(json=True)
    words = f"See: {error.parser.prog} --help"
    return _complain(asking, Exit.USAGE, "invalid_request", str(error), words)


def _run(options: argparse.Namespace) -> int:
    command = next(command for command in COMMANDS if command.name == options.command)
    try:
        module = importlib.import_module(command.module)
        return int(getattr(module, command.function)(options))
    except (ClientError, LaunchError) as error:
        rest = Exit.FAILED if isinstance(error, ClientError) else Exit.DAEMON_UNREACHABLE
        code = BY_ERROR.get(error.code, rest)
        return _complain(options, code, error.code, error.message, error.next_step)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of our output has enough
        return Exit.OK
    except ConnectionError as error:
        how = error.next_step if isinstance(error, DaemonGoneError) else "agentxd tasks"
        words = f"What was under way is kept, the next command starts the daemon again: {how}"
        return _complain(options, Exit.INTERRUPTED, "daemon_gone", str(error), words)
    except TimeoutError as error:
        words = "See: agentxd status"
        return _complain(options, Exit.DAEMON_UNREACHABLE, "daemon_unreachable", str(error), words)
    except KeyboardInterrupt:
        return Exit.CANCELLED


def _complain(
    options: argparse.Namespace, code: Exit, name: str, message: str, next_step: str
) -> int:
    if options.json:
        error = {"code": name, "message": message, "nextStep": next_step, "exitCode": int(code)}
        print(json.dumps({"error": error}))
    else:
        print(f"agentxd: {message}", file=sys.stderr)
        if next_step:
            print(f"  {next_step}", file=sys.stderr)
    return code
