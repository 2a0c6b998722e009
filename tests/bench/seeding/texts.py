"""Left over in the text: conflict markers, invisible characters, debugging, TODOs, dead code."""

from collections.abc import Callable, Sequence
from random import Random

from agentxd.workspace.lines import split_lines

from tests.bench.seeding.material import CODE, Edit, Make, Shape, Spot
from tests.bench.seeding.placing import code_lines, covered, snippet

_OURS, _BASE, _MIDDLE, _THEIRS = b"<" * 7, b"|" * 7, b"=" * 7, b">" * 7
_MARKED = ("py", "js", "ts", "go", "rs", "java", "rb", "yaml", "json", "toml", "css", "html", "md")


def _conflict(kind: str) -> Make:
    """Around a few lines of the file that the change touches."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        lines, places = split_lines(spot.new), code_lines(spot)[:40]
        if not places:
            return None
        place = random.choice(places)
        part = lines[place : place + random.randint(1, 4)]
        if not part[-1].endswith(b"\n"):
            return None
        end = b"\r\n" if part[-1].endswith(b"\r\n") else b"\n"
        marked = [line if line.endswith(b"\n") else line + end for line in _marked(kind, part)]
        new = b"".join([*lines[:place], *marked, *lines[place + len(part) :]])
        return [spot.edited(new, place, place + len(marked))]

    return make


def _marked(kind: str, part: list[bytes]) -> list[bytes]:
    theirs = _THEIRS + b" feature/login"
    return {
        "whole": [_OURS + b" HEAD", *part, _MIDDLE, *part[:1], theirs],
        "three-way": [
            _OURS + b" HEAD",
            *part,
            _BASE + b" 4f2c1ab",
            *part[:1],
            _MIDDLE,
            *part,
            theirs,
        ],
        "stash": [
            _OURS + b" Updated upstream",
            *part,
            _MIDDLE,
            *part,
            _THEIRS + b" Stashed changes",
        ],
        "end-left": [*part, theirs],
        "start-left": [_OURS + b" HEAD", *part],
        "empty-side": [_OURS + b" ours", _MIDDLE, *part, _THEIRS + b" 9d1c2aa (fix parser)"],
    }[kind]


def _letters(name: str, change: Callable[[Random, str], str | None]) -> Shape:
    """A line of code that is changed so that nobody sees it."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        lines, places = split_lines(spot.new), code_lines(spot)[:60]
        random.shuffle(places)
        for place in places:
            try:
                text = change(random, lines[place].decode())
            except UnicodeDecodeError:
                continue
            if text is not None:
                new = b"".join([*lines[:place], text.encode(), *lines[place + 1 :]])
                return [spot.edited(new, place, place + 1)]
        return None

    return Shape("hidden-unicode", name, make, CODE)


def _between_letters(sign: str) -> Callable[[Random, str], str | None]:
    """Put into a name of the line."""

    def change(random: Random, line: str) -> str | None:
        places = [
            n for n in range(1, len(line)) if line[n - 1 : n + 1].isalpha() and line.isascii()
        ]
        place = random.choice(places) if places else 0
        return line[:place] + sign + line[place:] if place else None

    return change


def _lookalike(latin: str, other: str) -> Callable[[Random, str], str | None]:
    def change(random: Random, line: str) -> str | None:
        places = [
            n for n in range(1, len(line) - 1)
            if line[n] == latin and line[n - 1].isalpha() and line[n + 1].isalpha()
        ]  # fmt: skip
        place = random.choice(places) if places else 0
        return line[:place] + other + line[place + 1 :] if place else None

    return change


def _at_end(comment: str) -> Callable[[Random, str], str | None]:
    """A trick of Trojan Source behind the code."""

    def change(random: Random, line: str) -> str | None:
        body = line.rstrip("\r\n")
        return f"{body} {comment}{line[len(body) :]}" if body.endswith((";", "{", ")")) else None

    return change


_UNICODE = [
    _letters("zero-width-space", _between_letters("\u200b")),
    _letters("zero-width-joiner", _between_letters("\u200d")),
    _letters("zero-width-non-joiner", _between_letters("\u200c")),
    _letters("word-joiner", _between_letters("\u2060")),
    _letters("soft-hyphen", _between_letters("\u00ad")),
    _letters("byte-order-mark", _between_letters("\ufeff")),
    _letters("hangul-filler", _between_letters("\u3164")),
    _letters("tag-letters", _between_letters("\U000e0061\U000e0062")),
    _letters("variation-selector", _between_letters("\U000e0100")),
    _letters("cyrillic-a", _lookalike("a", "\u0430")),
    _letters("cyrillic-e", _lookalike("e", "\u0435")),
    _letters("cyrillic-o", _lookalike("o", "\u043e")),
    _letters("cyrillic-c", _lookalike("c", "\u0441")),
    _letters("greek-omicron", _lookalike("o", "\u03bf")),
    _letters("right-to-left", _between_letters("\u202e")),
    _letters("isolate", _between_letters("\u2066")),
    Shape("hidden-unicode", "trojan-slashes", _letters("", _at_end("/*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin */")).make, ("js", "ts", "go", "rs", "java")),
    Shape("hidden-unicode", "trojan-hash", _letters("", _at_end("#\u202e \u2066check\u2069 skipped")).make, ("py", "rb")),
    _letters("line-separator", _between_letters("\u2028")),
    _letters("no-break-space", lambda random, line: line.replace(" = ", "\u00a0= ", 1) if " = " in line else None),
]  # fmt: skip

_DEBUG = [
    *snippet("debug-leftover", "print", "py", "print(NAME)", 'print("DEBUG", NAME)', 'print(f"{NAME=}")', 'print("here")', 'print(">>>>>>", NAME)'),
    *snippet("debug-leftover", "debugger", "py", "breakpoint()", "import pdb; pdb.set_trace()", "import ipdb\nipdb.set_trace()", "from IPython import embed; embed()", "import pudb; pu.db"),
    *snippet("debug-leftover", "console", "js ts", "console.log(NAME);", "console.log('here');", "console.debug('NAME', NAME);", "console.log('>>>', JSON.stringify(NAME, null, 2));"),
    *snippet("debug-leftover", "stop", "js ts", "debugger;", "alert(NAME);", "console.trace();"),
    *snippet("debug-leftover", "print", "go", "fmt.Println(NAME)", 'fmt.Println("here")', 'fmt.Printf("DEBUG %+v\\n", NAME)', "spew.Dump(NAME)", 'println("xxx", NAME)'),
    *snippet("debug-leftover", "print", "rs", "dbg!(&NAME);", 'println!("{:?}", NAME);', 'eprintln!("DEBUG: {:#?}", NAME);', 'println!("here");'),
    *snippet("debug-leftover", "print", "java", "System.out.println(NAME);", 'System.err.println("DEBUG " + NAME);', "new Exception().printStackTrace();"),
    *snippet("debug-leftover", "print", "rb", "binding.pry", "byebug", "puts NAME.inspect", "p NAME", "require 'pry'; binding.pry"),
    *snippet("debug-leftover", "print", "php", "var_dump($NAME);", "dd($NAME);", "print_r($NAME); die();"),
]  # fmt: skip

_TODOS = [
    *snippet("todo-without-owner", "hash", "py rb sh yaml toml", "# TODO: handle errors", "# FIXME later", "# XXX this is a hack", "# TODO", "# HACK: works for now", "# todo: remove this"),
    *snippet("todo-without-owner", "slashes", "js ts go rs java php", "// TODO: handle errors", "// FIXME: broken on Windows", "// TODO", "// XXX why is this needed?", "// HACK around the cache", "/* TODO: clean up */", "// todo remove"),
]  # fmt: skip


def _commented(n_lines: int, style: str) -> Make:
    """Lines of code of the changed file are turned into comments."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        lines, inside = split_lines(spot.new), covered(spot)
        fit = [
            n for n in code_lines(spot)
            if _are_statements(lines[n : n + n_lines]) and all(k < len(lines) and lines[k].strip() and k not in inside and lines[k][:1] in b" \t" for k in range(n, n + n_lines))
        ]  # fmt: skip
        before = len(spot.syntax.faults(spot.file.path, spot.new) or ())
        for place in fit[:60]:
            made = _as_comment(lines[place : place + n_lines], style, spot.language)
            new = b"".join([*lines[:place], *made, *lines[place + n_lines :]])
            if len(spot.syntax.faults(spot.file.path, new) or ()) <= before:
                return [spot.edited(new, place, place + len(made))]
        return None

    return make


_STARTS = (b"return ", b"if ", b"for ", b"while ", b"raise ", b"throw ", b"await ", b"const ", b"let ", b"var ", b"assert ", b"try", b"with ")  # fmt: skip
_GOES_ON = (b",", b"(", b"[", b"\\", b"&&", b"||", b"+", b".", b"=>", b"=")


def _are_statements(part: list[bytes]) -> bool:
    """Whole ones, by their brackets, and one of them does something."""
    first, last, text = part[0].strip(), part[-1].strip(), b"".join(part)
    is_whole = all(
        text.count(a) == text.count(b) for a, b in ((b"(", b")"), (b"[", b"]"), (b"{", b"}"))
    )
    does = first.startswith(_STARTS) or b" = " in first or b":= " in first or b"(" in first
    is_odd = first.startswith((b")", b"}", b"]", b".", b"|", b"&", b"#")) or last.endswith(_GOES_ON)
    return is_whole and does and not is_odd


def _as_comment(lines: list[bytes], style: str, language: str) -> list[bytes]:
    if style == "block":
        return [b"/*\n", *lines, b"*/\n"]
    sign = b"# " if language in ("py", "rb") else b"// "
    if style == "margin":
        return [sign.strip() + line for line in lines]
    column = min(len(line) - len(line.lstrip()) for line in lines)  # as editors do it
    return [line[:column] + sign + line[column:] for line in lines]


_DEAD = [
    Shape("commented-out-code", f"{n}-lines-{style}", _commented(n, style), CODE if style != "block" else ("js", "ts", "go", "rs", "java"))
    for n in (2, 3, 4, 6, 9)
    for style in ("indented", "margin", "block")
]  # fmt: skip

SHAPES = [
    *(Shape("conflict-marker", kind, _conflict(kind), (language,))
      for kind in ("whole", "three-way", "stash", "end-left", "start-left", "empty-side") for language in _MARKED),
    *_UNICODE, *_DEBUG, *_TODOS, *_DEAD,
]  # fmt: skip
