"""Every command once: its words, its arguments, the module that does it."""

from agentxd_cli.arguments import Argument, Command, flag, option, port_number
from agentxd_cli.table_index import INDEX_COMMANDS
from agentxd_cli.table_review import REVIEW_COMMANDS

_IDS = option("ids", help="p1, p1.2 or p1:path", nargs="+", metavar="ID")
_HUNKS, _TASKS = "agentxd_cli.commands.hunks", "agentxd_cli.commands.tasks"
_HOLDING = "agentxd_cli.commands.holding"
_DAEMON, _LOG = "agentxd_cli.commands.daemon", "agentxd_cli.commands.log"

_SESSIONS = "agentxd_cli.commands.sessions"
_WORK = (
    option("--agent", help="role", default=""),
    option(
        "--provider",
        help="anthropic, openai, ollama, mechanic, scripted or an installed one",
        default="",
    ),
    option(
        "--model", help="model of the provider; without --provider also provider/model", default=""
    ),
    option("--script", help="conversation for the scripted provider", default=""),
    option("--sandbox", help="docker, bubblewrap or process", default=""),
    option("--budget", help="steps=20,tokens=10000,seconds=60,cost=0.50", default=""),
    option(
        "--apply",
        help="what happens to the proposal without a person",
        choices=("none", "all", "verified"),
        default="none",
    ),
)
"""How an agent is to work."""

COMMON = (
    option("--root", help="workspace folder (default: the enclosing git work tree)", default="."),
    flag("--json", help="print JSON"),
)
"""Arguments of every command."""

COMMANDS = (
    Command(
        "run",
        "let an agent work on a goal and propose hunks",
        "agentxd_cli.commands.run",
        "run",
        (
            option("goal", help='what to do, for instance "fix lint"; - reads it from stdin'),
            *_WORK,
            option("--session", help="go on with this session: s1", default=""),
            option("--record", help="write it as a conversation to be played again", default=""),
        ),
    ),
    Command(
        "chat",
        "talk with an agent: turn after turn, and while it works",
        "agentxd_cli.commands.chat",
        "chat",
        (
            option(
                "session", help="s1 to go on with; a new one where left out", nargs="?", default=""
            ),
            *_WORK,
            option(
                "--mode",
                help="what becomes of what you say while a turn runs",
                choices=("steer", "interrupt", "queue", "collect"),
                default="",
            ),
            Argument(
                ("--resume",),
                "go on at once with what was interrupted or waits",
                {"action": "store_true", "dest": "is_resumed"},
            ),
        ),
    ),
    Command("sessions", "list sessions", _SESSIONS, "sessions"),
    Command(
        "fork",
        "begin a session with the transcript of another, up to any message or event",
        _SESSIONS,
        "fork",
        (
            option("session", help="s1"),
            option("--at", help="message (t1.m3) or number of a record of the log", default=""),
            option("--provider", help="another provider", default=""),
            option("--model", help="another model", default=""),
        ),
    ),
    Command(
        "export",
        "print a session as JSON Lines, without secrets",
        _SESSIONS,
        "export",
        (option("session", help="s1"),),
    ),
    Command(
        "import",
        "begin a session with an exported transcript",
        _SESSIONS,
        "import_",
        (option("file", help="JSON Lines; - reads it from stdin"),),
    ),
    Command(
        "record",
        "print a task or session as a conversation that the scripted provider plays",
        _SESSIONS,
        "record",
        (option("id", help="t1 or s1"),),
    ),
    Command(
        "proposals",
        "list proposals",
        _HUNKS,
        "proposals",
        (flag("--open", help="only those with something to decide"),),
    ),
    Command(
        "show",
        "show a proposal with its evidence and hunks",
        _HUNKS,
        "show",
        (option("id", help="p1 or p1.2"),),
    ),
    Command(
        "diff",
        "print the hunks as a unified diff that git apply takes",
        _HUNKS,
        "diff",
        (
            option("id", help="p1"),
            flag("--all", help="all hunks, not only those that wait for a decision"),
        ),
    ),
    Command(
        "accept",
        "merge hunks into what you see now",
        _HUNKS,
        "accept",
        (_IDS, flag("--verify", help="run the checks on exactly these hunks first")),
    ),
    Command(
        "reject",
        "refuse hunks",
        _HUNKS,
        "reject",
        (_IDS, option("--reason", help="why", default="")),
    ),
    Command("undo", "take back exactly these hunks", _HUNKS, "undo", (_IDS,)),
    Command(
        "edit",
        "change the proposed lines of a hunk before accepting it",
        _HUNKS,
        "edit",
        (
            option("id", help="p1.2"),
            option("--file", help="take the new lines from a file; - is stdin", default=""),
        ),
    ),
    Command(
        "evidence",
        "print what a check printed",
        _HUNKS,
        "evidence",
        (option("id", help="t1.e2"),),
    ),
    *INDEX_COMMANDS,
    *REVIEW_COMMANDS,
    Command("tasks", "list tasks", _TASKS, "tasks"),
    Command("task", "show a task with its transcript", _TASKS, "task", (option("id", help="t1"),)),
    Command(
        "cancel",
        "stop a running task and drop what it did",
        _TASKS,
        "cancel",
        (option("id", help="t1"),),
    ),
    Command(
        "pause",
        "halt a task before its next model or tool call; its time stands still",
        _HOLDING,
        "pause",
        (option("id", help="t1"),),
    ),
    Command(
        "take-over",
        "end an agent's work at its next edge and go on by hand from its proposal",
        _HOLDING,
        "take_over",
        (option("id", help="t1"),),
    ),
    Command(
        "resume",
        "let a paused or interrupted task go on, or drop it; or go on with a session",
        _TASKS,
        "resume",
        (option("id", help="t1 or s1"), flag("--drop", help="drop it")),
    ),
    Command("approvals", "list questions that wait for you", _TASKS, "approvals"),
    Command(
        "approve",
        "answer a question",
        _TASKS,
        "approve",
        (
            option("id", help="q1"),
            option("decision", help="one of its options (default: allow)", nargs="?", default=""),
        ),
    ),
    Command(
        "log",
        "print the event log",
        _LOG,
        "log",
        (
            flag("--follow", "-f", help="go on with what happens from now on"),
            option("--type", help="only this type of event", action="append", default=[]),
            option("--task", help="only events of this task", default=""),
            option("--after", help="only records after this number", type=int, default=0),
        ),
    ),
    Command(
        "replay",
        "rebuild a run from its log, with no model and no network, and check the state hashes",
        _LOG,
        "replay",
        (option("task", help="t1; all where left out", nargs="?", default=""),),
    ),
    Command(
        "config",
        "show or change settings",
        "agentxd_cli.commands.config",
        "config",
        (
            option(
                "action", help="list, get, set or unset", choices=("list", "get", "set", "unset")
            ),
            option(
                "key",
                help="name of the setting; provider.ollama.url is provider_ollama_url",
                nargs="?",
                default="",
            ),
            option("value", help="JSON, or plain text", nargs="?", default=None),
            option(
                "--scope",
                help="where to write it (default: user for providers, models and embedders,"
                " else project, that is .agent/ in the workspace; unset: where it is set)",
                choices=("user", "project", "local"),
                default="",
            ),
        ),
    ),
    Command(
        "models",
        "tell which providers can be reached, with their models, windows and prices",
        "agentxd_cli.commands.models",
        "models",
        (option("provider", help="only this one", nargs="?", default=""),),
    ),
    Command(
        "key",
        "keep the keys of providers, for yourself alone",
        "agentxd_cli.commands.key",
        "key",
        (
            option("action", help="set, list or remove", choices=("set", "list", "remove")),
            option("provider", help="whose key; it is asked for", nargs="?", default=""),
        ),
    ),
    Command(
        "usage",
        "tell what models cost: tokens, money and time by day, role and model",
        "agentxd_cli.commands.usage",
        "usage",
        (option("--days", help="how many days back (default: 7)", type=int, default=7),),
    ),
    Command("doctor", "look at every part and say how it is", _DAEMON, "doctor"),
    Command("status", "tell how the daemon is", _DAEMON, "status"),
    Command(
        "stop",
        "stop the daemon",
        _DAEMON,
        "stop",
        (flag("--force", help="although tasks run; they are interrupted"),),
    ),
    Command(
        "serve",
        "run the daemon in the foreground",
        _DAEMON,
        "serve",
        (
            option(
                "--tcp", help="also listen on 127.0.0.1:PORT with a token; 0: any", type=port_number
            ),
        ),
    ),
    Command("lsp", "speak LSP on standard input and output", _DAEMON, "lsp"),
    Command(
        "demo",
        "show the whole main job on a bundled sample",
        "agentxd_cli.commands.demo",
        "demo",
        (flag("--keep", help="keep the folder of the demo"),),
    ),
    Command(
        "completion",
        "print a completion script",
        "agentxd_cli.commands.completion",
        "completion",
        (option("shell", help="bash, zsh or fish", choices=("bash", "zsh", "fish")),),
    ),
)
"""The command table; parser, reference page and completions are made from it."""
