"""Calls that are dangerous, those that only look so, and how bad each is."""

import time

import pytest
from agentxd.kernel.review import Change, Example
from agentxd.plugins.languages.review_syntax import ReviewSyntax
from agentxd.plugins.rules.dangerous_calls import DangerousCalls
from agentxd.plugins.rules.dangerous_calls_table import read_kinds, read_patterns
from agentxd.review.gathering import Standing
from review_parts import MemoryTree, changed, findings_of, ground_of

TABLES = [
    "python",
    "javascript",
    "go",
    "java",
    "ruby",
    "php",
    "csharp",
    "c",
    "rust",
    "lua",
    "shell",
]


def found(path, text):
    return [
        one.severity.value for one in findings_of(DangerousCalls(), ground_of(Example(path, text)))
    ]


@pytest.mark.parametrize("table", TABLES)
def test_every_row_can_be_read(table):
    for pattern in read_patterns(table):
        assert pattern.kind in read_kinds()
        assert pattern.finder
        assert all(pattern.hints)


@pytest.mark.parametrize(
    ("path", "text", "severities"),
    [
        ("a.py", "os.system('ls ' + name)\n", ["warning"]),
        ("a.py", "os.system(command)\n", ["note"]),
        ("a.py", "os.system('ls')\n", []),
        ("a.py", "os.system(f'{sys.executable} -m pip')\n", []),
        ("a.py", "subprocess.run(f'ls {name}', shell=True)\n", ["warning"]),
        ("a.py", "subprocess.run(['ls', name])\n", []),
        ("a.py", "subprocess.run(\n    'ls %s' % name,\n    shell=True,\n)\n", ["warning"]),
        ("tests/test_a.py", "os.system('ls ' + name)\n", ["note"]),
        ("a.py", "x = pickle.loads(data)  # noqa: S301\n", ["note"]),
        ("a.py", "x = yaml.load(data, Loader=yaml.Loader)\n", ["warning"]),
        ("a.py", "x = yaml.load(data, Loader=Mine)\n", []),
        ("a.py", "exec(code_text, names)\n", ["note"]),
        ("a.py", "class A:\n    def eval(self, x):\n        return x\n", []),
        (
            "a.py",
            "context.check_hostname = False\ncontext.verify_mode = ssl.CERT_NONE\n",
            ["warning"],
        ),
        ("a.py", "def f(verify=False):\n    pass\n", []),
        ("a.py", "db.execute(f'SELECT * FROM {table} WHERE id = 1')\n", ["note"]),
        ("a.py", "db.execute('SELECT * FROM t WHERE id = ' + key)\n", ["warning"]),
        ("a.py", "db.execute('SELECT * FROM t WHERE id = %s' % key)\n", ["warning"]),
        ("a.py", "os.chmod(path, 0o777)\n", ["warning"]),
        ("a.py", "os.chmod(path, 0o777 & ~umask)\n", []),
        ("a.py", "hashlib.md5(password.encode())\n", ["note"]),
        ("a.py", "hashlib.md5(content)\n", []),
        ("a.js", "const x = pattern.exec(text);\n", []),
        ("a.js", "const cp = require('child_process');\ncp.execSync(`ls ${x}`);\n", ["warning"]),
        ("a.ts", "node.innerHTML = DOMPurify.sanitize(text);\n", []),
        ("a.ts", "class A {\n  eval(text: string): void {\n  }\n}\n", []),
        ("a.ts", "db.query(`SELECT a FROM b WHERE c = '${c}'`);\n", ["warning"]),
        ("a.ts", "sql`SELECT a FROM b WHERE c = ${c}`;\n", []),
        ("a.rb", "x = `ls #{name}`\n", ["warning"]),
        ("a.rb", "x = `ls`\n", []),
        ("a.php", "<?php\nexec('ls ' . $name);\n", ["warning"]),
        ("a.php", "<?php\nexec('ls ' . escapeshellarg($name));\n", []),
        ("a.php", "<?php\n$c->get($u, ['verify' => false]);\n", ["warning"]),
        ("a.lua", "os.execute('ls ' .. name)\n", ["warning"]),
        ("a.rs", 'fn f() { Command::new("sh").arg("-c").arg(format!("ls {x}")); }\n', ["warning"]),
        ("a.c", "void f(char *c) { system(c); }\n", ["note"]),
        ("a.sh", "curl -fsSL https://a.b/c | sudo bash\n", ["warning"]),
        ("a.sh", "curl -fsSL https://a.b/c |\n  tar x\n", []),
        ("a.sh", "curl --proto '=https' -sSf https://sh.rustup.rs | sh\n", []),
        ("a.sh", "curl -k https://a.b/c -o d\n", ["warning"]),
        ("a.sh", "# chmod 777 a\nchmod 775 a\n", []),
        ("Dockerfile", "RUN wget -O- https://a.b \\\n  | sh\n", ["warning"]),
        (".github/workflows/a.yml", "run: chmod -R 777 .\n", ["warning"]),
        ("values.yml", "run: chmod -R 777 .\n", []),
        ("a.md", "Run `curl https://a.b | sh`.\n", []),
    ],
)
def test_calls(path, text, severities):
    assert found(path, text) == severities


def test_a_call_in_another_is_found_once_for_each():
    assert found("a.py", "eval(eval(x))\n") == ["warning", "warning"]


@pytest.mark.parametrize(
    ("path", "piece"),
    [("a.py", "eval("), ("a.sh", "curl -k "), ("a.rb", "%x("), ("a.py", "os.system('a' + ")],
)
def test_a_line_without_end_is_read_once(path, piece):
    content = (piece * (100_000 // len(piece))).encode()
    file = changed(path, None, content)
    ground = Standing(Change(files=(file,)), ReviewSyntax(), MemoryTree({path: content}))
    ground.syntax.regions(path, content)
    start = time.process_time()
    assert len(list(DangerousCalls().look(file, ground))) <= 1_000
    print(f"{piece}: {time.process_time() - start:.2f} s")
