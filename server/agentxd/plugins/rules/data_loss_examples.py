"""What data-loss says of itself: documentation, and changes that it must and must not find."""

from agentxd.kernel.review import Example

DOC = """\
A migration that drops a table or a column, truncates, or deletes without a condition cannot be
taken back: what was in there is gone as soon as it has run, and servers that still run the old
code fail. It is found in SQL files (Flyway, Prisma, goose, dbmate, plain ones) and in migrations
of Django, Alembic, Rails, Laravel, Knex, Sequelize, TypeORM and Liquibase.

The way back (`down`, `downgrade`, rollback files) may drop whatever it likes, and so may a
migration that drops what it made itself or renames a copy into the old one's place. Where the data
was copied before, in scripts that are no migrations and in tests, it is a note; so is a new type
that may be too narrow.

Stop reading and writing the column first, keep or move its data, and drop it in a later release.
"""
_DJANGO = """\
from django.db import migrations


class Migration(migrations.Migration):
    operations = [
        migrations.{operation},
    ]
"""
_ALEMBIC = """\
import sqlalchemy as sa
from alembic import op


def upgrade():
    {up}


def downgrade():
    {down}
"""
BAD = (
    Example("db/migrations/0007_old.sql", "ALTER TABLE users DROP COLUMN phone;\n"),
    Example("prisma/migrations/20240101_x/migration.sql", '-- DropTable\nDROP TABLE "Order";\n'),
    Example("src/main/resources/db/migration/V3__clean.sql", "DELETE FROM sessions;\n"),
    Example("migrations/0002_less.sql", "truncate table audit_log;\n"),
    Example(
        "shop/migrations/0004_less.py",
        _DJANGO.format(operation='RemoveField(model_name="order", name="note")'),
    ),
    Example(
        "shop/migrations/0005_sql.py",
        _DJANGO.format(operation='RunSQL("DROP TABLE old_orders", migrations.RunSQL.noop)'),
    ),
    Example(
        "alembic/versions/1a2b_less.py",
        _ALEMBIC.format(up='op.drop_column("users", "phone")', down="pass"),
    ),
    Example(
        "alembic/versions/1a2c_short.py",
        _ALEMBIC.format(
            up='op.alter_column("a", "b", existing_type=sa.String(200), type_=sa.String(50))',
            down="pass",
        ),
    ),
    Example(
        "db/migrate/20240101000000_less.rb",
        "class Less < ActiveRecord::Migration[7.1]\n  def change\n"
        "    remove_column :users, :phone, :string\n  end\nend\n",
    ),
    Example(
        "database/migrations/2024_01_01_less.php",
        "<?php\nreturn new class extends Migration {\n    public function up(): void\n    {\n"
        "        Schema::dropIfExists('orders');\n    }\n};\n",
    ),
    Example(
        "migrations/20240101_less.js",
        "exports.up = (knex) => knex.schema.dropTable('orders');\nexports.down = () => {};\n",
    ),
    Example(
        "src/migrations/1700-less.ts",
        "export class Less implements MigrationInterface {\n"
        "    public async up(queryRunner: QueryRunner): Promise<void> {\n"
        '        await queryRunner.query(`ALTER TABLE "user" DROP COLUMN "phone"`);\n    }\n}\n',
    ),
)
GOOD = (
    Example("db/migrations/0007_more.sql", "ALTER TABLE users ADD COLUMN phone text;\n"),
    Example("db/migrations/0007_old.down.sql", "DROP TABLE users;\n"),
    Example(
        "db/migrations/0008_goose.sql",
        "-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n",
    ),
    Example(
        "prisma/migrations/2_x/migration.sql",
        'CREATE TABLE "new_A" (id int);\nINSERT INTO "new_A" SELECT id FROM "A";\n'
        'DROP TABLE "A";\nALTER TABLE "new_A" RENAME TO "A";\n',
    ),
    Example(
        "migrations/0003_index.sql",
        "-- DROP TABLE a\nALTER TABLE a DROP CONSTRAINT b;\nDELETE FROM a WHERE id = 1;\n"
        "INSERT INTO a VALUES ('DROP TABLE a; DELETE FROM b;');\n",
    ),
    Example(
        "shop/migrations/0004_more.py",
        _DJANGO.format(operation='AddField("order", "note")  # RemoveField("order", "note")'),
    ),
    Example(
        "alembic/versions/1a2b_more.py",
        _ALEMBIC.format(up='op.create_table("a")', down='op.drop_table("a")'),
    ),
    Example(
        "db/migrate/20240101000000_more.rb",
        "class More < ActiveRecord::Migration[7.1]\n  def up\n    add_column :users, :a, :string\n"
        "  end\n\n  def down\n    remove_column :users, :a\n  end\nend\n",
    ),
    Example(
        "migrations/20240101_more.ts",
        "export async function up(knex) {\n  await knex.schema.createTable('a', () => {});\n}\n\n"
        "export async function down(knex) {\n  await knex.schema.dropTable('a');\n}\n",
    ),
    Example(
        "database/migrations/2024_01_01_more.php",
        "<?php\nreturn new class extends Migration {\n    public function up()\n    {\n"
        "        Schema::create('a', fn () => 1);\n    }\n\n    public function down()\n    {\n"
        "        Schema::dropIfExists('a');\n    }\n};\n",
    ),
)
