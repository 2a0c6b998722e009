"""The commands on the index."""

from agentxd_cli.arguments import Command, counting_number, flag, option, seconds

_SEARCH = "agentxd_cli.commands.search"
_TIMEOUT = option(
    "--timeout",
    help="seconds to wait for an index that is being made (default: 60; 0: not at all)",
    type=seconds,
    default=60.0,
)
_LIMIT = option(
    "--limit", help="at most so many answers (default: 20)", type=counting_number, default=20
)
_NEAR = option(
    "--near",
    help="the file that asks, from the root, or with ./ from here: what it most likely means "
    "comes first",
    default="",
)
_NAME = option("name", help="as it stands in the code")
_FILTERS = (
    option(
        "--path",
        help="only files that this glob means, from the root, or with ./ from here; "
        "!GLOB leaves out; may be repeated",
        action="append",
        default=[],
        metavar="GLOB",
    ),
    option(
        "--lang",
        help="only this language: python, py, c++, ...; may be repeated",
        action="append",
        default=[],
    ),
    option(
        "--kind",
        help="only definitions of this kind: function, class, method, ...; may be repeated",
        action="append",
        default=[],
    ),
)
"""What an answer of the index is limited to."""

INDEX_COMMANDS = (
    Command(
        "search",
        "find code by what it does, in words or code, unsaved text included",
        _SEARCH,
        "search",
        (
            option("query", help="a question in words or code", nargs="+"),
            *_FILTERS,
            _LIMIT,
            _TIMEOUT,
        ),
    ),
    Command(
        "symbol",
        "tell where a name is defined, or names like it",
        _SEARCH,
        "symbol",
        (_NAME, flag("--exact", help="this very name"), _NEAR, *_FILTERS, _LIMIT, _TIMEOUT),
    ),
    Command(
        "references",
        "tell where a name is used",
        _SEARCH,
        "references",
        (
            _NAME,
            _NEAR,
            option(
                "--limit",
                help="at most so many answers (default: 200)",
                type=counting_number,
                default=200,
            ),
            _TIMEOUT,
        ),
    ),
    Command(
        "map",
        "print the definitions that matter most, under a budget of tokens",
        _SEARCH,
        "map_",
        (
            option("--task", help="a goal in words; what it mentions moves up", default=""),
            option(
                "--path",
                help="a file under work, from the root, or with ./ from here: what it uses "
                "moves up; may be repeated",
                action="append",
                default=[],
            ),
            option(
                "--tokens",
                help="about so long (default: 1024)",
                type=counting_number,
                default=1_024,
            ),
            _TIMEOUT,
        ),
    ),
    Command(
        "index",
        "tell how the index is; let it rest, go on, or begin anew",
        "agentxd_cli.commands.index",
        "index",
        (
            option(
                "action",
                help="status where left out",
                nargs="?",
                choices=("status", "pause", "resume", "rebuild"),
                default="status",
            ),
            flag("--wait", help="until it is whole, with progress on a terminal"),
            option(
                "--timeout",
                help="seconds to wait (default: 3600)",
                type=seconds,
                default=3_600.0,
            ),
        ),
    ),
)
"""A part of the command table."""
