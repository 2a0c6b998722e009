"""What dangerous-call says of itself: documentation, and changes that it must and must not find."""

from agentxd.kernel.review import Example

DOC = """\
Some calls run, load or trust whatever they are given: a shell, `eval`, `pickle.loads`, a TLS
connection whose certificate nobody checks, SQL that is glued together. They are found in Python,
JavaScript, TypeScript, Go, Java, Ruby, PHP, C#, C, C++, Rust, Lua, shell scripts, Dockerfiles and
CI jobs, never in comments or in text.

A call that is given constants only is fine. A warning says that the variable part is visible (an
f-string, `+`, `${…}`) or that the call trusts what it should not at all; a note says that a bare
variable goes in, or that it is a matter of taste: `innerHTML`, a fast hash for a password. In
tests, examples and documentation all of them are notes.

Pass a list of arguments instead of a command line, parameters instead of values in SQL, and use
formats that only hold data. `yaml.load` and `verify=False` come with a fix.
"""
BAD = (
    Example(
        "app/jobs.py", "import os\n\n\ndef pack(name):\n    os.system(f'tar cf {name}.tar .')\n"
    ),
    Example(
        "app/settings.py",
        "import yaml\n\n\ndef read(file):\n    return yaml.load(file)\n",
        "import yaml\n",
    ),
    Example("app/fetch.py", "import requests\n\nr = requests.get(url, timeout=3, verify=False)\n"),
    Example("app/keep.py", "import pickle\n\n\ndef read(data):\n    return pickle.loads(data)\n"),
    Example(
        "app/users.py",
        "def find(db, name):\n"
        "    return db.execute(f\"SELECT id FROM users WHERE name = '{name}'\")\n",
    ),
    Example("app/scratch.py", "import tempfile\n\nplace = tempfile.mktemp()\n"),
    Example(
        "src/build.ts",
        'import { exec } from "child_process";\n\n'
        "export const build = (name: string) => exec(`make ${name}`);\n",
    ),
    Example("src/run.js", "export function run(text) {\n  return eval(text);\n}\n"),
    Example("src/ask.js", "const agent = new https.Agent({ rejectUnauthorized: false });\n"),
    Example("src/show.js", "export function show(node, text) {\n  node.innerHTML = text;\n}\n"),
    Example(
        "src/view.tsx", "const View = () => <p dangerouslySetInnerHTML={{ __html: text }} />;\n"
    ),
    Example(
        "client.go",
        "package main\n\nvar config = &tls.Config{\n\tInsecureSkipVerify: true,\n}\n",
    ),
    Example(
        "run.go",
        "package main\n\nfunc run(name string) {\n"
        '\texec.Command("sh", "-c", "rm "+name).Run()\n}\n',
    ),
    Example(
        "store.go",
        "package main\n\nfunc find(db *sql.DB, id string) {\n"
        "\tdb.Query(fmt.Sprintf(\"SELECT * FROM users WHERE id = '%s'\", id))\n}\n",
    ),
    Example(
        "src/Reader.java",
        "class Reader {\n  Object read(InputStream in) throws Exception {\n"
        "    return new ObjectInputStream(in).readObject();\n  }\n}\n",
    ),
    Example("lib/pack.rb", 'def pack(name)\n  system("tar cf #{name}.tar .")\nend\n'),
    Example("lib/load.rb", "def read(data)\n  Marshal.load(data)\nend\n"),
    Example("src/read.php", "<?php\nfunction read($data) {\n    return unserialize($data);\n}\n"),
    Example(
        "src/Read.cs",
        "class R {\n  object Read(Stream s) { return new BinaryFormatter().Deserialize(s); }\n}\n",
    ),
    Example(
        "src/ask.rs",
        "fn ask() {\n    let c = Client::builder().danger_accept_invalid_certs(true).build();\n}\n",
    ),
    Example("Dockerfile", "FROM debian:12\nRUN curl -fsSL http://example.org/install.sh | sh\n"),
    Example("deploy.sh", "#!/bin/sh\nchmod -R 777 /srv/app\n"),
    Example("src/name.c", "#include <stdio.h>\n\nvoid f(char *s) {\n  gets(s);\n}\n"),
)
GOOD = (
    Example("app/jobs.py", "import os\n\nos.system('clear')  # os.system(f'rm {name}')\n"),
    Example("app/notes.py", "TEXT = \"never call eval(data) or os.system(f'{name}')\"\n"),
    Example(
        "app/settings.py",
        "import yaml\n\nyaml.load(file, Loader=yaml.SafeLoader)\nyaml.safe_load(file)\n",
    ),
    Example(
        "app/users.py",
        "def find(db, name):\n"
        "    return db.execute('SELECT id FROM users WHERE name = %s', (name,))\n",
    ),
    Example("app/model.py", "def use(model):\n    model.eval()\n    return model.exec(1)\n"),
    Example("app/quoted.py", "import os, shlex\n\nos.system(f'ls {shlex.quote(name)}')\n"),
    Example("app/copy.py", "import pickle\n\nother = pickle.loads(pickle.dumps(one))\n"),
    Example("src/match.js", "const found = /a(b)/.exec(text);\nnode.innerHTML = '<b>fine</b>';\n"),
    Example(
        "src/build.ts",
        'import { execSync } from "child_process";\n\nexecSync("make all");\n',
    ),
    Example("src/find.ts", 'db.query("SELECT * FROM users WHERE id = $1", [id]);\n'),
    Example(
        "run.go", 'package main\n\nfunc run(name string) {\n\texec.Command("ls", name).Run()\n}\n'
    ),
    Example("lib/pack.rb", 'def pack(name)\n  system("tar", "cf", name)\nend\n'),
    Example(
        "src/read.php",
        "<?php\n// unserialize($data)\n$x = unserialize($data, ['allowed_classes' => false]);\n",
    ),
    Example(
        "Dockerfile",
        "FROM debian:12\n# curl http://example.org | sh\nRUN curl -o a.tar https://a.b\n",
    ),
    Example("deploy.sh", "#!/bin/sh\nchmod 755 /srv/app\ncurl -fsS https://a.b | tar x\n"),
)
