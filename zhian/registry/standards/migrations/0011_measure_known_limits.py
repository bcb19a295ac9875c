"""Limits written before the columns existed get them from their text."""

import dataclasses
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from zhian.registry.standards.engine.measures import measure


def fill(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, demand FROM standards_limit WHERE operator = ''")
        for key, demand in cursor.fetchall():
            columns = dataclasses.asdict(measure(demand))
            places = ", ".join(f"{name} = %s" for name in columns)
            cursor.execute(
                f"UPDATE standards_limit SET {places} WHERE id = %s",  # noqa: S608
                [*columns.values(), key],
            )


class Migration(migrations.Migration):
    dependencies = [("standards", "0010_limits_as_columns")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
