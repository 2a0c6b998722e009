"""completion: scripts for bash, zsh and fish, from the command table."""

import argparse

from agentxd_cli.arguments import Command
from agentxd_cli.exit_codes import Exit
from agentxd_cli.table import COMMANDS, COMMON


def completion(options: argparse.Namespace) -> int:
    """Print the script of a shell."""
    print({"bash": _bash, "zsh": _zsh, "fish": _fish}[options.shell]())
    return Exit.OK


def _flags(command: Command) -> list[str]:
    return [
        flag
        for argument in (*command.arguments, *COMMON)
        for flag in argument.flags
        if flag.startswith("--")
    ]


def _words(command: Command) -> list[str]:
    """What may stand after a command: the choices of its own words, then its flags."""
    choices = [
        str(choice)
        for argument in command.arguments
        if not argument.flags[0].startswith("-")
        for choice in argument.options.get("choices", ())  # type: ignore[attr-defined]
    ]
    return [*choices, *_flags(command)]


def _values() -> dict[str, list[str]]:
    """What may stand after a flag that takes one of a few values."""
    return {
        argument.flags[0]: [str(choice) for choice in argument.options["choices"]]  # type: ignore[attr-defined]
        for command in COMMANDS
        for argument in command.arguments
        if argument.flags[0].startswith("--") and "choices" in argument.options
    }


def _bash() -> str:
    names = " ".join(command.name for command in COMMANDS)
    cases = "\n".join(
        f'        {command.name}) words="{" ".join(_words(command))}" ;;' for command in COMMANDS
    )
    values = "\n".join(
        f'        {flag}) words="{" ".join(choices)}" ;;' for flag, choices in _values().items()
    )
    return f"""# agentxd completion for bash: eval "$(agentxd completion bash)"
_agentxd() {{
    local words="{names}"
    if [ "$COMP_CWORD" -gt 1 ]; then
        case "${{COMP_WORDS[1]}}" in
{cases}
        esac
    fi
    case "${{COMP_WORDS[COMP_CWORD-1]}}" in
{values}
    esac
    COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -o default -F _agentxd agentxd"""


def _zsh() -> str:
    names = "\n".join(f"        '{c.name}:{_quoted(c.help)}'" for c in COMMANDS)
    cases = "\n".join(
        f"        {command.name}) compadd -- {' '.join(_words(command))}; _files ;;"
        for command in COMMANDS
    )
    values = "\n".join(
        f"        {flag}) compadd -- {' '.join(choices)}; return ;;"
        for flag, choices in _values().items()
    )
    return f"""#compdef agentxd
# agentxd completion for zsh: source <(agentxd completion zsh)
_agentxd() {{
    local -a names=(
{names}
    )
    if (( CURRENT == 2 )); then _describe command names; return; fi
    case "$words[CURRENT-1]" in
{values}
    esac
    case "$words[2]" in
{cases}
    esac
}}
compdef _agentxd agentxd"""


def _fish() -> str:
    lines = ["# agentxd completion for fish: agentxd completion fish | source"]
    for command in COMMANDS:
        lines.append(
            f"complete -c agentxd -n __fish_use_subcommand -a {command.name}"
            f" -d '{_quoted(command.help)}'"
        )
        lines += [
            f"complete -c agentxd -n '__fish_seen_subcommand_from {command.name}'"
            + (f" -l {word[2:]}{_fish_values(word)}" if word.startswith("--") else f" -a {word}")
            for word in _words(command)
        ]
    return "\n".join(lines)


def _fish_values(flag: str) -> str:
    choices = _values().get(flag)
    return f" -x -a '{' '.join(choices)}'" if choices else ""


def _quoted(text: str) -> str:
    return text.replace("'", "")
