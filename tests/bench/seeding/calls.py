"""Calls that run, load or trust what comes from outside, and migrations that take data away."""

from tests.bench.seeding.material import Shape
from tests.bench.seeding.placing import new_file, snippet

_CALLS = [
    *snippet(
        "dangerous-call", "shell", "py",
        'os.system("tar xzf " + NAME)', 'os.system(f"rm -rf {NAME}")',
        'subprocess.run(f"git clone {NAME}", shell=True)', "subprocess.Popen(NAME, shell=True)",
        'subprocess.check_output("ls %s" % NAME, shell=True)', 'os.popen("ping " + NAME).read()',
        'subprocess.call(\n    "convert {} out.png".format(NAME),\n    shell=True,\n)',
    ),
    *snippet("dangerous-call", "evaluates", "py", "total = eval(NAME)", "exec(NAME)", 'eval(f"handler_{NAME}()")', 'eval(request.args["q"])'),
    *snippet("dangerous-call", "loads", "py", "state = pickle.loads(NAME)", "pickle.load(open(NAME, 'rb'))", "yaml.load(NAME)", "yaml.load(NAME, Loader=yaml.Loader)", "marshal.loads(NAME)", "dill.loads(NAME)", "yaml.unsafe_load(NAME)", "jsonpickle.decode(NAME)"),
    *snippet("dangerous-call", "trusts", "py", "requests.get(NAME, verify=False)", "requests.post(\n    NAME,\n    json={},\n    verify=False,\n)", "ssl._create_default_https_context = ssl._create_unverified_context", "context.verify_mode = ssl.CERT_NONE", "httpx.Client(verify=False)", "session.verify = False", "client.set_missing_host_key_policy(paramiko.AutoAddPolicy())"),
    *snippet("dangerous-call", "shell", "js ts", "exec(`git clone ${NAME}`);", "child_process.exec('ls ' + NAME);", "require('child_process').execSync(`rm -rf ${NAME}`);", "spawn(NAME, { shell: true });"),
    *snippet("dangerous-call", "evaluates", "js ts", "eval(NAME);", "new Function('a', NAME)();", "vm.runInThisContext(NAME);", "setTimeout('run(' + NAME + ')', 10);"),
    *snippet("dangerous-call", "trusts", "js ts", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';", "const agent = new https.Agent({ rejectUnauthorized: false });", "https.request({ host: 'a', rejectUnauthorized: false });"),
    *snippet("dangerous-call", "page", "js ts", "document.getElementById('out').innerHTML = NAME;", "document.write(NAME);"),
    *snippet("dangerous-call", "loads", "js", "serialize.unserialize(NAME);"),
    *snippet("dangerous-call", "shell", "go", 'exec.Command("sh", "-c", NAME).Run()', 'exec.Command("bash", "-c", "ls "+NAME).Output()', 'exec.CommandContext(ctx, "/bin/sh", "-c", fmt.Sprintf("git clone %s", NAME)).Run()'),
    *snippet("dangerous-call", "trusts", "go", "config := &tls.Config{InsecureSkipVerify: true}", "tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}", "config.HostKeyCallback = ssh.InsecureIgnoreHostKey()"),
    *snippet("dangerous-call", "shell", "rs", 'Command::new("sh").arg("-c").arg(NAME).output();', 'Command::new("bash").args(["-c", &format!("ls {}", NAME)]).spawn();'),
    *snippet("dangerous-call", "trusts", "rs", "let client = Client::builder().danger_accept_invalid_certs(true).build();", "builder.set_verify(SslVerifyMode::NONE);"),
    *snippet("dangerous-call", "shell", "java", 'Runtime.getRuntime().exec("sh -c " + NAME);', 'new ProcessBuilder("sh", "-c", NAME).start();'),
    *snippet("dangerous-call", "loads", "java", "Object object = new ObjectInputStream(NAME).readObject();"),
    *snippet("dangerous-call", "shell", "rb", 'system("tar xzf #{NAME}")', "`ls #{NAME}`", 'exec("git clone " + NAME)', "eval(NAME)", "Marshal.load(NAME)", "YAML.unsafe_load(NAME)", "http.verify_mode = OpenSSL::SSL::VERIFY_NONE"),
    *snippet("dangerous-call", "all", "php", "eval($NAME);", "unserialize($NAME);", "shell_exec('ls ' . $NAME);", "curl_setopt($NAME, CURLOPT_SSL_VERIFYPEER, false);"),
    new_file("dangerous-call", "pipe-to-shell", "scripts/install-tools.sh", "#!/bin/sh\nset -e\ncurl -sSL https://get.acme.io/install | sh\n", "curl"),
    new_file("dangerous-call", "shell-eval", "scripts/run-any.sh", '#!/bin/sh\nset -e\neval "$1"\n', "eval"),
    new_file("dangerous-call", "curl-insecure", "scripts/fetch.sh", "#!/bin/sh\nset -e\ncurl -k https://internal.acme.io/app.tar.gz -o app.tar.gz\n", "curl"),
]  # fmt: skip

_ALEMBIC = '''"""drop old"""

import sqlalchemy as sa
from alembic import op

revision = "3b1f"
down_revision = "2a0e"


def upgrade():
    {}


def downgrade():
    pass
'''
_DJANGO = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0003_order")]

    operations = [
        {}
    ]
"""
_RAILS = """class Cleanup < ActiveRecord::Migration[7.1]
  def up
    {}
  end
end
"""
_KNEX = """exports.up = function (knex) {{
  return {};
}};

exports.down = function () {{}};
"""
_TYPEORM = """import {{ MigrationInterface, QueryRunner }} from "typeorm";

export class Cleanup1700000000000 implements MigrationInterface {{
  public async up(queryRunner: QueryRunner): Promise<void> {{
    await {};
  }}

  public async down(queryRunner: QueryRunner): Promise<void> {{}}
}}
"""
_SEQUELIZE = """module.exports = {{
  async up(queryInterface, Sequelize) {{
    await {};
  }},
  async down() {{}},
}};
"""
_LARAVEL = """<?php

return new class extends Migration
{{
    public function up(): void
    {{
        {};
    }}
}};
"""
_ROWS = (
    ("sql-table", "migrations/0007_cleanup.sql", "BEGIN;\n{};\nCOMMIT;\n", "DROP TABLE users"),
    ("sql-column", "db/migrate/V12__cleanup.sql", "-- cleanup\n{};\n", "ALTER TABLE orders DROP COLUMN note"),
    ("sql-lower", "migrations/0011.up.sql", "{};\n", "drop table if exists sessions cascade"),
    ("sql-truncate", "migrations/0012.sql", "{};\n", "TRUNCATE TABLE events"),
    ("sql-delete", "migrations/0013.sql", "{};\n", "DELETE FROM invoices"),
    ("sql-database", "sql/migrations/reset.sql", "{};\n", "DROP DATABASE shop"),
    ("sql-schema", "migrations/0015.sql", "{};\n", "DROP SCHEMA archive CASCADE"),
    ("sql-many-lines", "migrations/0016.sql", "ALTER TABLE users\n    {};\n", "DROP COLUMN email"),
    ("prisma", "prisma/migrations/20240101_x/migration.sql", "/* Warnings: */\n{};\n", 'ALTER TABLE "User" DROP COLUMN "phone"'),
    ("sql-update", "migrations/0017.sql", "{};\n", "UPDATE users SET email = NULL"),
    ("alembic-table", "alembic/versions/3b1f_drop.py", _ALEMBIC, 'op.drop_table("users")'),
    ("alembic-column", "migrations/versions/3b1f_drop.py", _ALEMBIC, 'op.drop_column("orders", "note")'),
    ("alembic-batch", "alembic/versions/77aa_batch.py", _ALEMBIC, 'with op.batch_alter_table("a") as batch:\n        batch.drop_column("note")'),
    ("alembic-sql", "alembic/versions/9c_sql.py", _ALEMBIC, 'op.execute("DELETE FROM audit_log")'),
    ("django-field", "shop/migrations/0004_cleanup.py", _DJANGO, 'migrations.RemoveField(model_name="order", name="note"),'),
    ("django-model", "shop/migrations/0005_cleanup.py", _DJANGO, 'migrations.DeleteModel(name="Order"),'),
    ("django-sql", "shop/migrations/0006_cleanup.py", _DJANGO, 'migrations.RunSQL("DROP TABLE legacy_order"),'),
    ("rails-column", "db/migrate/20240101000000_cleanup.rb", _RAILS, "remove_column :orders, :note"),
    ("rails-table", "db/migrate/20240102000000_cleanup.rb", _RAILS, "drop_table :legacy_orders"),
    ("rails-columns", "db/migrate/20240103000000_cleanup.rb", _RAILS, "remove_columns :users, :phone, :fax"),
    ("knex-table", "migrations/20240101_cleanup.js", _KNEX, 'knex.schema.dropTable("users")'),
    ("knex-column", "migrations/20240102_cleanup.js", _KNEX, 'knex.schema.table("users", (t) => t.dropColumn("phone"))'),
    ("typeorm-column", "src/migrations/1700000000000-cleanup.ts", _TYPEORM, 'queryRunner.dropColumn("users", "phone")'),
    ("typeorm-table", "src/migration/1700000000001-cleanup.ts", _TYPEORM, 'queryRunner.dropTable("users")'),
    ("typeorm-sql", "src/migrations/1700000000002-cleanup.ts", _TYPEORM, 'queryRunner.query(`ALTER TABLE "users" DROP COLUMN "phone"`)'),
    ("sequelize-column", "migrations/20240103-cleanup.js", _SEQUELIZE, 'queryInterface.removeColumn("Users", "phone")'),
    ("sequelize-table", "migrations/20240104-cleanup.js", _SEQUELIZE, 'queryInterface.dropTable("Users")'),
    ("laravel-table", "database/migrations/2024_01_01_000000_x.php", _LARAVEL, "Schema::dropIfExists('users')"),
    ("laravel-column", "database/migrations/2024_01_02_000000_x.php", _LARAVEL, "Schema::table('users', function ($table) {{ $table->dropColumn('phone'); }})"),
    ("goose", "migrations/00042_drop.sql", "-- +goose Up\n{};\n\n-- +goose Down\nSELECT 1;\n", "DROP TABLE payments"),
    ("liquibase", "db/changelog/changes-9.xml", '<changeSet id="9" author="a">\n  {}\n</changeSet>\n', '<dropColumn tableName="users" columnName="phone"/>'),
)  # fmt: skip


def _migration(name: str, path: str, frame: str, text: str) -> Shape:
    plain = text.replace("{{", "{").replace("}}", "}")
    return new_file("data-loss", name, path, frame.format(plain), plain.split("\n")[-1].strip())


SHAPES = [*_CALLS, *(_migration(*row) for row in _ROWS)]
