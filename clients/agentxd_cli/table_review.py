"""The commands on reviews of changes."""

from agentxd_cli.arguments import Command, flag, option, seconds

_INSPECT = "agentxd_cli.commands.inspect"
FORMATS = ("text", "json", "sarif", "rdjson", "github", "gitlab", "junit", "markdown")
_SEVERITIES = ("note", "warning", "error")

REVIEW_COMMANDS = (
    Command(
        "review",
        "find what is wrong with a change: by rules, linters, and models where you ask for them",
        _INSPECT,
        "review",
        (
            option(
                "range",
                help="A..B, A...B or one commit; left out: all that is not pushed, with what is"
                " not committed",
                nargs="?",
                default="",
            ),
            flag("--staged", help="what the next commit would have"),
            flag("--working", help="what is not committed"),
            option("--base", help="since the work left this branch, as a pull request", default=""),
            flag("--all", help="all files, as if all of them were new"),
            flag("--pre-push", help="what git says on standard input is pushed"),
            option("--remote", help="with --pre-push: name of the remote", default=""),
            flag("--stdin-diff", help="a unified diff from standard input"),
            option(
                "--filter-mode",
                help="which findings concern the change (default: added)",
                choices=("added", "diff_context", "file", "nofilter"),
                default="added",
            ),
            option(
                "--min-severity",
                help="milder ones are only counted (default: the setting, warning)",
                choices=_SEVERITIES,
                default="",
            ),
            option(
                "--fail-on",
                help="the mildest that makes the exit code say so (default: error)",
                choices=(*_SEVERITIES, "never"),
                default="error",
            ),
            option("--format", help="of what is printed", choices=FORMATS, default=""),
            option(
                "--output",
                help="write a report to a file, besides; may be repeated",
                action="append",
                default=[],
                metavar="FORMAT=FILE",
            ),
            option("--rule", help="only this rule; may be repeated", action="append", default=[]),
            option(
                "--time-budget",
                help="seconds for the rules; 0: no limit (default: the settings, 2 before a push)",
                type=seconds,
                default=None,
            ),
            flag("--no-linters", help="leave out the linters of the project"),
            flag("--write-baseline", help="take what is found as old from now on"),
            flag("--fix", help="propose what mends the findings, as hunks with evidence"),
            flag("--with-model", help="have models read the change, too"),
            option(
                "--reviewer",
                help="with --with-model: only this one; may be repeated",
                choices=("correctness", "security", "tests", "api"),
                action="append",
                default=[],
            ),
            option("--provider", help="with --with-model: whose model", default=""),
            option("--model", help="with --with-model: which", default=""),
            option("--script", help="conversation for the scripted provider", default=""),
            option("--budget", help="with --with-model: tokens=10000,cost=0.50", default=""),
        ),
    ),
    Command(
        "rules",
        "list the rules of a review, or explain one",
        _INSPECT,
        "rules",
        (option("rule", help="id of the rule", nargs="?", default=""),),
    ),
    Command(
        "answer",
        "answer a finding, so that it is not raised again",
        _INSPECT,
        "answer",
        (
            option("fingerprint", help="of the finding, as the review shows it"),
            option(
                "verdict",
                help="what you say to it",
                choices=("accepted", "false-positive", "later"),
            ),
            option("--reason", help="why, for those who read the file", default=""),
            option("--until", help="with later: the day from which it counts again", default=""),
        ),
    ),
    Command(
        "hook",
        "have git review what is pushed: install, uninstall, or tell how it is",
        "agentxd_cli.commands.hook",
        "hook",
        (
            option(
                "action",
                help="status where left out",
                nargs="?",
                choices=("install", "uninstall", "status"),
                default="status",
            ),
        ),
    ),
)
