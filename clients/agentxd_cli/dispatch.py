"""Reads the words, runs the command, turns trouble into a sentence and an exit code."""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Sequence

from agentxd_client.connection import ClientError
from agentxd_client.launch import LaunchError

from agentxd_cli import VERSION
from agentxd_cli.exit_codes import BY_ERROR, Exit
from agentxd_cli.table import COMMANDS, COMMON


def make_parser() -> argparse.ArgumentParser:
    """The parser, from the command table."""
    parser = argparse.ArgumentParser(
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
    options = make_parser().parse_args([*arguments[1:], "--help"] if is_asking else arguments)
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
        words = "What was under way is kept, the next command starts it again: agentxd tasks"
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
