"""Secrets as people leave them behind; every value is drawn, so that none stands here."""

import base64
import json
import string
import zlib
from collections.abc import Callable, Mapping
from random import Random

from tests.bench.seeding.material import Shape
from tests.bench.seeding.placing import inserting, new_file

_ALNUM = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"
_B64 = _ALNUM + "+/"
_URL64 = _ALNUM + "-_"
Value = Callable[[Random], str]


def drawn(random: Random, n: int, letters: str = _ALNUM) -> str:
    return "".join(random.choice(letters) for _ in range(n))


def _checked(head: str) -> Value:
    """As GitHub and npm do it: 30 characters, and the sum of them in base 62."""

    def make(random: Random) -> str:
        body = drawn(random, 30)
        left, digits = zlib.crc32(body.encode()), ""
        letters = string.digits + string.ascii_uppercase + string.ascii_lowercase
        while left:
            left, digit = divmod(left, 62)
            digits = letters[digit] + digits
        return head + body + digits.rjust(6, "0")

    return make


def _jwt(random: Random) -> str:
    def part(value: Mapping[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = {"sub": drawn(random, 10, string.digits), "role": "admin", "iat": 1716239022}
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part(claims)}.{drawn(random, 43, _URL64)}"


def _pem(kind: str) -> Value:
    def make(random: Random) -> str:
        first = "b3BlbnNzaC1rZXktdjEAAAAA" if "OPENSSH" in kind else "MIIEowIBAAKCAQEA"
        body = [
            first + drawn(random, 64 - len(first), _B64),
            *(drawn(random, 64, _B64) for _ in range(12)),
        ]
        dashes = "-" * 5
        return "\n".join(
            [f"{dashes}BEGIN {kind}{dashes}", *body, f"{dashes}END {kind}{dashes}", ""]
        )

    return make


def _azure(random: Random) -> str:
    key = base64.b64encode(random.randbytes(64)).decode()
    return f"DefaultEndpointsProtocol=https;AccountName=prodstore;AccountKey={key};EndpointSuffix=core.windows.net"


def password(random: Random) -> str:
    """As a generator makes them: 20 characters, some of them signs."""
    letters = [
        random.choice(group)
        for group in (string.ascii_uppercase, string.ascii_lowercase, string.digits, "!#%^*")
    ]
    letters += list(drawn(random, 16, _ALNUM + "!#%^*"))
    random.shuffle(letters)
    return "".join(letters)


_VALUES: Mapping[str, Value] = {
    "aws-id": lambda r: "AKIA" + drawn(r, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "github": _checked("ghp_"),
    "github-fine": lambda r: f"github_pat_{drawn(r, 22)}_{drawn(r, 59)}",
    "gitlab": lambda r: "glpat-" + drawn(r, 20, _URL64),
    "slack": lambda r: "-".join(("xoxb", drawn(r, 12, string.digits), drawn(r, 13, string.digits), drawn(r, 24))),
    "slack-hook": lambda r: f"https://hooks.slack.com/services/T{drawn(r, 10, string.ascii_uppercase)}/B{drawn(r, 10, string.ascii_uppercase)}/{drawn(r, 24)}",
    "stripe": lambda r: "sk_live_" + drawn(r, 24),
    "google": lambda r: "AIza" + drawn(r, 35, _URL64),
    "openai": lambda r: f"sk-proj-{drawn(r, 74, _URL64)}T3BlbkFJ{drawn(r, 74, _URL64)}",
    "anthropic": lambda r: f"sk-ant-api03-{drawn(r, 93, _URL64)}AA",
    "npm": _checked("npm_"),
    "pypi": lambda r: "pypi-AgEIcHlwaS5vcmc" + drawn(r, 150, _URL64),
    "sendgrid": lambda r: f"SG.{drawn(r, 22, _URL64)}.{drawn(r, 43, _URL64)}",
    "telegram": lambda r: f"{r.randint(10**8, 10**10 - 1)}:AA{drawn(r, 33, _URL64)}",
    "jwt": _jwt,
    "digitalocean": lambda r: "dop_v1_" + drawn(r, 64, _HEX),
    "huggingface": lambda r: "hf_" + drawn(r, 34, string.ascii_letters),
    "postgres-url": lambda r: f"postgres://app:{drawn(r, 18)}@db.internal.acme.io:5432/orders",
    "mongo-url": lambda r: f"mongodb+srv://root:{drawn(r, 20)}@cluster0.x1y2z.mongodb.net/app",
    "basic-url": lambda r: f"https://deploy:{drawn(r, 24)}@registry.acme.io/v2/",
    "azure": _azure,
    "shopify": lambda r: "shpat_" + drawn(r, 32, _HEX),
    "vault": lambda r: "hvs." + drawn(r, 90, _URL64),
    "linear": lambda r: "lin_api_" + drawn(r, 40),
}  # fmt: skip
_ASSIGNED = {
    "py": ('api_token = "{}"', "client = Client(token='{}')", 'headers = {{"Authorization": "Bearer {}"}}'),
    "js": ("const apiKey = '{}';", 'client.connect({{ url: "{}" }});', "process.env.TOKEN = `{}`;"),
    "ts": ("const token: string = '{}';", "const credentials = {{ secret: '{}' }};"),
    "go": ('apiKey := "{}"', "_ = connect(`{}`)"),
    "rs": ('let token = "{}";', 'let key = String::from("{}");'),
    "java": ('String token = "{}";',),
    "rb": ("token = '{}'",),
    "php": ("$token = '{}';",),
}  # fmt: skip
_PASSWORDS = {
    "py": ('DB_PASSWORD = "{}"', "conn = connect(host='db', user='app', password='{}')", 'settings["client_secret"] = "{}"'),
    "js": ("const password = '{}';", "const config = {{ user: 'app', password: '{}' }};"),
    "ts": ("const dbPassword = '{}';", 'const clientSecret: string = "{}";'),
    "go": ('password := "{}"', 'secretKey := "{}"'),
    "rs": ('let password = "{}";', 'let client_secret = "{}";'),
    "java": ('String dbPassword = "{}";',),
    "rb": ("password = '{}'",),
    "php": ("$dbPassword = '{}';",),
}  # fmt: skip


def _in_code(name: str, value: Value) -> list[Shape]:
    """A value in an assignment or a call of each language."""
    kinds = _PASSWORDS if name == "password" else _ASSIGNED
    return [
        Shape("secret", f"{name}-{language}", inserting(_written(forms, value)), (language,))
        for language, forms in kinds.items()
    ]


def _written(forms: tuple[str, ...], value: Value) -> Value:
    return lambda random: random.choice(forms).format(value(random))


_FILES = (
    ("dotenv", ".env.production", "APP_ENV=production\nSMTP_PASSWORD={}\nPORT=8080\n", password),
    ("dotenv-key", "deploy/.env", "REGION=eu-west-1\nAWS_SECRET_ACCESS_KEY={}\n", lambda r: drawn(r, 40, _B64)),
    ("yaml", "config/settings.yml", "database:\n  host: db.internal\n  password: {}\n", lambda r: drawn(r, 22)),
    ("compose", "docker-compose.prod.yml", "services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: {}\n", lambda r: drawn(r, 20)),
    ("properties", "src/main/resources/app.properties", "server.port=80\nspring.datasource.password={}\n", password),
    ("json", "config/production.json", '{{\n  "smtp": {{\n    "user": "app",\n    "password": "{}"\n  }}\n}}\n', lambda r: drawn(r, 20)),
    ("toml", "config/prod.toml", '[auth]\nclient_secret = "{}"\n', lambda r: drawn(r, 40, _HEX)),
    ("terraform", "infra/main.tf", 'resource "aws_db_instance" "db" {{\n  username = "app"\n  password = "{}"\n}}\n', lambda r: drawn(r, 20)),
    ("dockerfile", "deploy/Dockerfile", "FROM alpine:3\nENV SESSION_SECRET={}\nCMD app\n", lambda r: drawn(r, 48, _HEX)),
    ("npmrc", ".npmrc", "//registry.npmjs.org/:_authToken={}\n", _checked("npm_")),
    ("netrc", ".netrc", "machine api.heroku.com login me@acme.io password {}\n", lambda r: drawn(r, 36, _HEX)),
    ("xml", "conf/web.config", '<add key="a" value="b" />\n<add name="db" connectionString="Server=db;User Id=sa;Password={};" />\n', lambda r: drawn(r, 18)),
    ("kubernetes", "k8s/secret.yaml", "kind: Secret\nmetadata:\n  name: app\ndata:\n  db-password: {}\n", lambda r: base64.b64encode(drawn(r, 24).encode()).decode()),
    ("shell", "scripts/deploy.sh", '#!/bin/sh\nexport API_SECRET="{}"\n./run\n', lambda r: drawn(r, 32)),
)  # fmt: skip


def _filed(name: str, path: str, text: str, value: Value) -> Shape:
    """A configuration file that has it; the line is the one with the value."""
    find = next(line for line in text.split("\n") if "{}" in line).split("{}")[0].replace("{{", "{")
    return new_file("secret", name, path, lambda random: text.format(value(random)), find.strip())


def _key_file(random: Random) -> str:
    key = _pem("PRIVATE KEY")(random)
    fields = {
        "type": "service_account",
        "private_key_id": drawn(random, 40, _HEX),
        "private_key": key,
    }
    return json.dumps(fields, indent=2) + "\n"


SHAPES = [
    *(shape for name, value in _VALUES.items() for shape in _in_code(name, value)),
    *(shape for _ in range(4) for shape in _in_code("password", password)),
    *(_filed(*row) for row in _FILES),
    new_file("secret", "rsa-key", "certs/server.key", _pem("RSA PRIVATE KEY")),
    new_file("secret", "ssh-key", "deploy/id_rsa", _pem("OPENSSH PRIVATE KEY")),
    new_file("secret", "ec-key", "certs/ec.pem", _pem("EC PRIVATE KEY")),
    new_file("secret", "service-account", "gcp-credentials.json", _key_file),
]
