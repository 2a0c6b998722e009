"""How each language stops in a debugger or prints, and what tells that nobody meant to keep it."""

import re
from collections.abc import Iterable

from msgspec import Struct

from agentxd.kernel.patterns import Lazy


class DebugCalls(Struct, frozen=True):
    """Patterns of one language, over a line."""

    stops: Lazy[str] | None
    """Calls that wait for a person, or have no other use than to look at something."""
    prints: Lazy[str] | None = None
    """Calls that may as well be meant."""
    hints: tuple[bytes, ...] = ()
    """One of these is in a file that has any of the calls."""


_SCRIPT = DebugCalls(
    Lazy(r"(?<![\w.$'\"-])debugger(?=\s*(?:;|$|\}))"),
    Lazy(r"(?<![\w.$])console\.(?:log|debug|trace|dir|table)\("),
    (b"debugger", b"console."),
)
MARKUP = "markup"
"""Pages with scripts in them."""
_C = DebugCalls(
    None,
    Lazy(r"(?<![\w.>])(?:f?printf\(|std::c(?:out|err)\s*<<|c(?:out|err)\s*<<)"),
    (b"printf(", b"cout", b"cerr"),
)
CALLS = {
    "python": DebugCalls(
        Lazy(
            r"(?<![\w.])breakpoint\(\s*\)|(?<!\w)(?:i?pdb|pudb|rpdb|web_pdb|wdb|remote_pdb)\.set_trace\("
            r"|^\s*(?:import|from)\s+(?:ipdb|pudb|rpdb|web_pdb|icecream)\b|(?<!\w)IPython\.embed\("
            r"|^\s*import pdb\s*;"
        ),
        Lazy(r"(?<![\w.])p?print\("),
        (b"breakpoint", b"pdb", b"pudb", b"wdb", b"icecream", b"IPython", b"print("),
    ),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "rust": DebugCalls(
        Lazy(r"(?<![\w:])(?:std::)?dbg!\s*[(\[{]"),
        Lazy(r"(?<!\w)e?print(?:ln)?!\("),
        (b"dbg!", b"print"),
    ),
    "ruby": DebugCalls(
        Lazy(r"(?<![\w.])binding\.(?:pry|irb|break)\b|^\s*(?:byebug|debugger)\s*(?:#.*)?$"),
        Lazy(r"^\s*(?:puts|pp?)[ (](?=\S)"),
        (b"binding.", b"byebug", b"debugger", b"puts", b"p ", b"pp", b"p("),
    ),
    "php": DebugCalls(
        Lazy(
            r"(?<![\w>:$\\])\\?(?:var_dump|dd|ddd|debug_zval_refcount|xdebug_break)\s*\((?!\s*\.\.\.)"
        ),
        Lazy(r"(?<![\w>:$\\])(?:print_r|dump)\s*\((?!.*,\s*true\s*\))"),
        (b"dump", b"dd", b"print_r", b"debug_", b"xdebug_"),
    ),
    "go": DebugCalls(
        Lazy(r"(?<!\w)spew\.(?:Dump|Printf|Println)\(|(?<!\w)runtime\.Breakpoint\("),
        Lazy(r"(?<!\w)fmt\.Print(?:ln|f)?\(|(?<![\w.])println\("),
        (b"spew.", b"Breakpoint", b"fmt.Print", b"println("),
    ),
    "java": DebugCalls(
        None,
        Lazy(r"(?<!\w)System\.(?:out|err)\.print(?:ln|f)?\(|\.printStackTrace\(\s*\)"),
        (b"System.", b"printStackTrace"),
    ),
    "csharp": DebugCalls(
        Lazy(r"(?<!\w)Debugger\.(?:Break|Launch)\("),
        Lazy(r"(?<!\w)Console\.(?:Error\.)?Write(?:Line)?\("),
        (b"Debugger.", b"Console."),
    ),
    "lua": DebugCalls(
        Lazy(r"require\s*\(?\s*[\"']mobdebug[\"']|(?<!\w)debug\.debug\("),
        Lazy(r"(?<![\w.:])print\("),
        (b"mobdebug", b"debug.debug", b"print("),
    ),
    MARKUP: DebugCalls(
        Lazy(r"^\s*debugger(?=\s*;|$)"),
        Lazy(r"^\s*console\.(?:log|debug|trace|dir|table)\("),
        (b"debugger", b"console."),
    ),
    "c": _C,
    "cpp": _C,
}
"""By language."""
ONLY_WITH_EVIDENCE = frozenset({"c", "cpp"})
"""Languages in which printing is what programs do."""
SURE = Lazy(
    r"[\"'`][\s\W]{0,8}(?:debug(?:ging)?|(?:got |i'?m |we'?re |am )?here|x{3,}|a{3,}|asdf+|wtf|lol)"
    r"[\s\W]{0,8}[\"'`]|[\"'`](?:DEBUG\b|XXX\b|\[DEBUG\]|HERE\b)"
    r"|\bf[\"'][^\"'{]{0,200}\{[\w.\[\]()]+=\}",
    re.IGNORECASE,
)
"""What people write in a call that they will take away again."""
TALK = Lazy(
    r"[\"'`][\s\W]{0,8}(?:test(?:ing)?(?: ?\d+)?|foo|bar|blah|why|\d{1,3})[\s\W]{0,8}[\"'`]"
    r"|[\"'`][>#=*!<-]{3,}",
    re.IGNORECASE,
)
"""The same, but a program may write it for its users."""
_MAIN = Lazy(
    r"^if __name__\b|^#!|^package main\b|^\s*(?:pub )?(?:async )?fn main\(|\bint main\("
    r"|\bstatic (?:async )?\w+ Main\(|\bpublic static void main\("
    r"|^(?:import|from) (?:argparse|click|typer|optparse|fire|cmd)\b"
    r"|\bprocess\.(?:argv|exit)\b|\bARGV\b|\$argv\b|\bsys\.argv\b|\bstdout\b",
    re.MULTILINE,
)
_ALLOWED = Lazy(
    r"(?i)noqa|nosec|pylint:|eslint-disable|no-console|nolint|clippy::|rubocop:|phpcs:|biome-ignore"
    r"|\b(?:if|when|unless)\b.*(?:debug|verbose|\bdev|trace|\blog)|\b(?:file|end|flush|sep)="
)


_MEANT = Lazy(
    rf"{_ALLOWED.pattern}|\b(?:def|func|function|fn)\s[^(]*(?:print|show|dump|display|report|log|usage"
    r"|help|main|emit|output|debug|describe)"
)


def is_program(text: str) -> bool:
    """Whether a file talks to a terminal by what it is: it has a main function, or arguments."""
    return _MAIN.search(text) is not None


def is_allowed(line: str, around: Iterable[str]) -> bool:
    """Somebody said that it is meant, or it runs only where it is asked for.

    `around`: the line above, and the heads of the blocks around.
    """
    return _ALLOWED.search(line) is not None or any(map(_MEANT.search, around))
