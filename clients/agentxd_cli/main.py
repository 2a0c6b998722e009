"""Dispatcher: `--version` and `lsp` without any heavy import, the rest through argparse."""

import sys


def main() -> int:
    """The exit code of the command line."""
    try:
        return _main(sys.argv[1:])
    except KeyboardInterrupt:
        return 130


def _main(arguments: list[str]) -> int:
    first = arguments[0] if arguments else ""
    if first in ("--version", "-V"):
        from agentxd_cli import VERSION

        sys.stdout.write(f"agentxd {VERSION}\n")
        return 0
    if first == "lsp" and not {"-h", "--help"} & set(arguments):
        from agentxd_client import shim

        return shim.run(_root_of(arguments))
    if first == "review":
        from agentxd_cli import thin_review

        found = thin_review.run(arguments[1:])
        if found is not None:
            return found
    from agentxd_cli.guarded import guard_terminals

    guard_terminals()
    if first == "status" and len(arguments) == 1:
        from agentxd_cli import thin_status

        found = thin_status.run(".")
        if found is not None:
            return found
    from agentxd_cli.dispatch import run

    return run(arguments)


def _root_of(arguments: list[str]) -> str:
    for index, word in enumerate(arguments):
        if word.startswith("--root="):
            return word[len("--root=") :]
        if word == "--root" and index + 1 < len(arguments):
            return arguments[index + 1]
    return "."
