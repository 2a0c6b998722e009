"""How a comment is written in a file, by its name or by what an editor calls its language."""

_HASH, _SLASHES, _DASHES = ("# ", ""), ("// ", ""), ("-- ", "")
_MARKUP, _BLOCK = ("<!-- ", " -->"), ("/* ", " */")
_BY_ENDING: dict[tuple[str, str], str] = {
    _HASH: (
        "py pyi pyx sh bash zsh fish rb rake gemspec pl pm r jl ex exs nim cr coffee tcl awk mk"
        " toml yaml yml cfg conf ini properties tf hcl cmake graphql ps1 nix gitignore"
        " dockerignore env po bazel bzl"
    ),
    _SLASHES: (
        "js jsx mjs cjs ts tsx mts cts go rs c h cc cpp cxx hh hpp hxx java kt kts scala swift"
        " cs fs dart zig v sv php m mm groovy gradle proto sol jsonc json5 scss sass less"
    ),
    _DASHES: "sql lua hs elm adb ads vhd vhdl",
    _MARKUP: "html htm xhtml xml svg vue svelte md markdown",
    _BLOCK: "css",
    ("; ", ""): "lisp cl el clj cljs cljc edn scm rkt asm s",
    ("% ", ""): "tex sty bib erl hrl",
    ('" ', ""): "vim",
}
_MARKS = {name: marks for marks, names in _BY_ENDING.items() for name in names.split()}
_BY_NAME = dict.fromkeys(("makefile", "dockerfile", "containerfile", "gemfile", "rakefile"), _HASH)
_BY_LANGUAGE = {
    "python": "py", "shellscript": "sh", "ruby": "rb", "perl": "pl", "javascript": "js",
    "javascriptreact": "js", "typescript": "ts", "typescriptreact": "ts", "rust": "rs",
    "csharp": "cs", "kotlin": "kt", "elixir": "ex", "haskell": "hs", "clojure": "clj",
    "makefile": "mk", "dockerfile": "sh", "terraform": "tf", "erlang": "erl", "latex": "tex",
}  # fmt: skip


def comment_marks(path: str, language: str = "") -> tuple[str, str] | None:
    """What stands before and behind a comment on a line of its own; None where none is known."""
    name = path.rpartition("/")[2].lower()
    ending = name.rpartition(".")[2]
    word = language.lower()
    for found in (
        _BY_NAME.get(name.partition(".")[0]),
        _MARKS.get(ending) if "." in name else None,
        _MARKS.get(_BY_LANGUAGE.get(word, word)),
    ):
        if found is not None:
            return found
    return None
