"""What takes data away, in SQL and in migrations, and what only looks so."""

import pytest
from agentxd.kernel.review import Example
from agentxd.plugins.rules.data_loss import DataLoss
from agentxd.plugins.rules.data_loss_sql import losses
from review_parts import findings_of, ground_of


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("DROP TABLE a, b CASCADE;", ["warning table a", "warning table b"]),
        ('drop table if exists "public"."Big One";', ["warning table big one"]),
        ("DROP DATABASE a;", ["warning table a"]),
        ("DROP INDEX a; DROP VIEW b; DROP TEMPORARY TABLE c;", []),
        ("CREATE TABLE a (id int); DROP TABLE a;", []),
        ("DROP TABLE IF EXISTS a; CREATE TABLE a (id int);", ["note table a"]),
        ("INSERT INTO b SELECT * FROM a; DROP TABLE a;", ["note table a"]),
        ("CREATE TABLE n (i int); DROP TABLE a; ALTER TABLE n RENAME TO a;", []),
        ("TRUNCATE a;", ["warning table a"]),
        ("DELETE FROM a;", ["warning table a"]),
        ("DELETE FROM a WHERE b = 1; DELETE FROM a USING b;", []),
        (
            "ALTER TABLE a DROP b, DROP COLUMN IF EXISTS c;",
            ["warning column a.b", "warning column a.c"],
        ),
        ("ALTER TABLE a DROP CONSTRAINT b, ALTER c DROP NOT NULL;", []),
        ("UPDATE a SET n = b; ALTER TABLE a DROP COLUMN b;", ["note column a.b"]),
        ("ALTER TABLE a ALTER COLUMN b TYPE varchar(10);", ["note type a.b"]),
        ("ALTER TABLE a ALTER COLUMN b TYPE text;", []),
        ("-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABLE a;\n", []),
        ("CREATE FUNCTION f() AS $$ DROP TABLE a; DELETE FROM b; $$;", []),
        ("/* DROP TABLE a; */ INSERT INTO b VALUES ('DROP TABLE a;');", []),
    ],
)
def test_statements(sql, expected):
    assert [f"{loss.severity.value} {loss.anchor}" for loss in losses(sql)] == expected


LIQUIBASE = """\
<databaseChangeLog>
  <dropTable tableName="a"/>
  <rollback><dropTable tableName="b"/></rollback>
</databaseChangeLog>
"""
DJANGO = "from django.db import migrations\n\nclass Migration(migrations.Migration):\n    operations = [\n{}    ]\n"


@pytest.mark.parametrize(
    ("path", "text", "severities"),
    [
        ("schema.sql", "DROP TABLE a;\n", ["note"]),
        ("tests/migrations/1.sql", "DROP TABLE a;\n", ["note"]),
        ("migrations/2.down.sql", "DROP TABLE a;\n", []),
        (
            "a/migrations/0002.py",
            DJANGO.format("        migrations.DeleteModel('A'),\n"),
            ["warning"],
        ),
        (
            "a/migrations/0003.py",
            DJANGO.format(
                "        migrations.SeparateDatabaseAndState(\n            state_operations=[\n"
                "                migrations.DeleteModel('A'),\n            ],\n        ),\n"
            ),
            [],
        ),
        (
            "a/migrations/0004.py",
            DJANGO.format("        migrations.RunSQL('SELECT 1', 'DROP TABLE a'),\n"),
            [],
        ),
        (
            "a/migrations/0005.py",
            DJANGO.format(
                "        migrations.RemoveField('a', 'b'),\n        migrations.DeleteModel('A'),\n"
            ),
            ["warning"],
        ),
        ("a/models.py", DJANGO.format("        migrations.DeleteModel('A'),\n"), []),
        (
            "db/changelog/1.xml",
            LIQUIBASE,
            ["warning"],
        ),
    ],
)
def test_files(path, text, severities):
    ground = ground_of(Example(path, text))
    assert [one.severity.value for one in findings_of(DataLoss(), ground)] == severities
