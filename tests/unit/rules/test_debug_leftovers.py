"""Debugging code is found in its language, outside of comments, strings and programs."""

import pytest
from agentxd.kernel.review import Example, Severity
from agentxd.plugins.rules.debug_leftovers import DebugLeftovers
from review_parts import findings_of, ground_of

STOPS = [
    ("a.py", "def a():\n    {}\n    return 1\n", [
        "breakpoint()", "import pdb; pdb.set_trace()", "ipdb.set_trace()", "pudb.set_trace()",
        "from icecream import ic", "IPython.embed()", 'print(f"{x=}")', "print('here')",
        "print('DEBUG', x)", "print('>>>', x)", "print('xxx')", "pprint('!!! here !!!')",
    ]),
    ("a.js", "function a() {{\n  {}\n}}\n", [
        "debugger;", "debugger", "console.log('here');", "console.log('DEBUG: ', x)",
        "console.log('>>>> x', x);", "console.table('aaa', x);",
    ]),
    ("a.tsx", "export const A = () => {{\n  {}\n  return <b/>;\n}};\n", ["debugger;"]),
    ("a.rs", "pub fn a() {{\n    {}\n}}\n", ["dbg!(x);", "let y = dbg!(x);", 'println!("here");']),
    ("a.rb", "def a\n  {}\n  1\nend\n", ["binding.pry", "binding.irb", "byebug", "puts 'here'"]),
    ("a.php", "<?php\nfunction a($x) {{\n    {}\n}}\n", [
        "var_dump($x);", "dd($x);", "\\dd($x);", "xdebug_break();", "print_r('here');",
    ]),
    ("a.go", "package a\n\nfunc a() {{\n\t{}\n}}\n", [
        "spew.Dump(x)", "runtime.Breakpoint()", 'fmt.Println("here")', 'fmt.Printf("DEBUG %v", x)',
    ]),
    ("A.java", "class A {{\n  void a() {{\n    {}\n  }}\n}}\n", ['System.out.println("here");']),
    ("A.cs", "class A {{\n  void B() {{\n    {}\n  }}\n}}\n", [
        "Debugger.Break();", 'Console.WriteLine("DEBUG " + x);',
    ]),
    ("a.lua", "local function a()\n  {}\nend\n", ["print('here')", "debug.debug()"]),
    ("a.c", "void a(void) {{\n  {}\n}}\n", ['printf("here\\n");', 'printf("DEBUG %d", x);']),
    ("page.html", "<script>\n  {}\n</script>\n", ["debugger;", "console.log('here');"]),
]  # fmt: skip
NOTES = [
    ("lib/a.py", "def a(x):\n    print(x)\n"), ("lib/a.ts", "export const a = (x) => {\n  console.log(x);\n};\n"),
    ("lib/a.go", "package a\n\nfunc a() {\n\tfmt.Println(x)\n}\n"),
    ("tests/a_test.py", "def a():\n    breakpoint()\n"), ("tests/a.rs", "fn a() {\n    dbg!(1);\n}\n"),
    ("src/a.rs", "pub fn b() {}\n#[cfg(test)]\nmod tests {\n    fn a() {\n        dbg!(1);\n    }\n}\n"),
]  # fmt: skip
MEANT = [
    ("a.py", "# breakpoint()\na = 'breakpoint()'\n"), ("a.py", '"""\nprint("here")\n"""\n'),
    ("a.py", "def a(debug):\n    if debug:\n        b()\n        print('here', 1)\n"),
    ("a.py", "def print_table(rows):\n    for row in rows:\n        print(row)\n"),
    ("a.py", "def a():\n    print('here')  # noqa: T201\n"), ("a.py", "def a():\n    print(b, file=out)\n"),
    ("a.py", "a.print('here')\nblueprint(1)\n"), ("scripts/a.py", "print(1)\n"), ("a.md", "    breakpoint()\n"),
    ("a.py", "if __name__ == '__main__':\n    print(run())\n"), ("tests/test_a.py", "print(1)\n"),
    ("a.js", "// eslint-disable-next-line no-console\nconsole.log('here');\n"), ("a.js", "const debuggerUrl = 1;\n"),
    ("a.js", "console.error('failed');\nconsole.warn('old');\n"), ("bin/a.js", "console.log('done');\n"),
    ("a.rs", 'fn main() {\n    println!("done");\n}\n'), ("a.php", "<?php\n$a->dump($b);\nfunction dd() {}\n"),
    ("a.php", "<?php\n$b = print_r($a, true);\n"), ("a.go", "package main\n\nfunc main() {\n\tfmt.Println(1)\n}\n"),
    ("a.c", 'int main(void) {\n  printf("%d", 1);\n}\n'), ("docs/a.py", "print('here')\n"),
    ("vendor/a.js", "debugger;\n"), ("a.txt", "debugger;\n"),
]  # fmt: skip


def found(path, new, old=None):
    return findings_of(DebugLeftovers(), ground_of(Example(path, new, old)))


@pytest.mark.parametrize(
    ("path", "text"),
    [(path, frame.format(call)) for path, frame, calls in STOPS for call in calls],
)
def test_what_has_no_other_use_is_a_warning(path, text):
    (finding,) = found(f"src/{path}", text)
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(("path", "text"), NOTES)
def test_what_may_be_meant_is_a_note(path, text):
    (finding,) = found(path, text)
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize(("path", "text"), MEANT)
def test_what_is_meant_is_not_found(path, text):
    assert found(path, text) == []


def test_a_call_that_was_only_moved_is_not_found():
    old = "def a(x):\n    print(x)\n\n\ndef b():\n    pass\n"
    new = "def b():\n    pass\n\n\ndef a(x):\n    if x:\n        print(x)\n"
    assert found("lib/a.py", new, old) == []


def test_a_file_that_prints_already_may_go_on():
    assert found("lib/a.py", "print(a)\nprint(b)\n", "print(a)\n") == []


@pytest.mark.parametrize(
    ("path", "text", "has_fix"),
    [
        ("a.py", "def a():\n    breakpoint()\n    return 1\n", True),
        ("a.py", "def a():\n    breakpoint()\n", False),
        ("a.py", "def a():\n    b = 1\n    breakpoint()\n", True),
        ("a.py", "b = [print('here'), 1]\n", False),
        ("a.py", "def a():\n    c()\n    print('here',\n          1)\n", False),
        ("a.js", "function a() {\n  debugger;\n}\n", True),
        ("a.js", "if (x)\n  console.log('here');\ny();\n", False),
        ("a.js", "const f = () =>\n  console.log('here');\n", False),
        ("a.js", "x && console.log('here');\n", False),
        ("a.rs", "fn a() -> u8 {\n    let b = dbg!(1);\n    b\n}\n", False),
        ("a.rs", "fn a() -> u8 {\n    dbg!(1)\n}\n", False),
        ("a.go", 'package a\n\nimport "fmt"\n\nfunc a() {\n\tfmt.Println("here")\n}\n', False),
        ("a.rb", "def a\n  binding.pry\n  1\nend\n", True),
        ("a.php", "<?php\nfunction a($x) {\n    dd($x);\n}\n", True),
    ],
)
def test_a_fix_is_there_only_where_taking_the_line_away_is_safe(path, text, has_fix):
    (finding,) = found(f"src/{path}", text)
    assert (finding.fix is not None) == has_fix
