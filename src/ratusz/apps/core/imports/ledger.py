"""Writes the rows of an import in bulk and remembers what each was, so that the import can be undone exactly."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from psycopg import sql

from ratusz.apps.core.models import ImportBatch, ImportChange


class Ledger:
    """The changes of one batch; use it inside the one transaction of the import."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch

    def upsert(
        self, model: type[models.Model], rows: Iterable[Sequence[Any]], *,
        key: Sequence[str], update: Sequence[str], insert: Sequence[str] = (), stamp: str = "",
    ) -> int:  # fmt: skip
        """Inserts rows and updates those whose `key` exists; returns how many rows changed.

        A row holds its values in the order key, update, insert; `insert` columns are left alone in rows that
        exist, and `stamp` is set to now. Names are database columns. A row that would stay as it is is not written.
        """
        table = sql.Identifier(model._meta.db_table)
        names = [*key, *update, *insert]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS import_rows")
            cursor.execute(
                sql.SQL(
                    "CREATE TEMPORARY TABLE import_rows ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA"
                ).format(columns, table)
            )
            with cursor.copy(sql.SQL("COPY import_rows ({}) FROM STDIN").format(columns)) as copy:
                for row in rows:
                    copy.write_row(row)
            _learn_size(cursor, "import_rows", model._meta.db_table)
            cursor.execute(
                self._statement(table, key, update, insert, stamp), [self.batch.pk, model._meta.label]
            )
            return cursor.rowcount

    @staticmethod
    def _statement(
        table: sql.Identifier, key: Sequence[str], update: Sequence[str], insert: Sequence[str], stamp: str
    ) -> sql.Composed:
        """The old rows, the write and the entries of the ledger in one statement: all see the same moment."""

        def listed(names: Iterable[str], pattern: str) -> sql.Composed:
            return sql.SQL(", ").join(sql.SQL(pattern).format(name=sql.Identifier(name)) for name in names)

        seen = [*update, *([stamp] if stamp else [])]
        pairs = sql.SQL(", ").join(
            sql.SQL("{}, m.{}").format(sql.Literal(name), sql.Identifier(name)) for name in seen
        )
        names = [*key, *update, *insert]
        stamps = sql.SQL(", {}").format(sql.Identifier(stamp)) if stamp else sql.SQL("")
        return sql.SQL(
            """
            WITH old AS (
                SELECT m.id, jsonb_build_object({pairs}) AS before
                FROM {table} m JOIN import_rows t ON {same}
            ), written AS (
                INSERT INTO {table} AS m ({names}{stamps}) SELECT {names}{nows} FROM import_rows
                ON CONFLICT ({key}) DO UPDATE SET {assigned}
                WHERE ({mine}) IS DISTINCT FROM ({theirs})
                RETURNING m.id, jsonb_build_object({pairs}) AS after
            )
            INSERT INTO core_importchange (batch_id, model, object_id, before, after)
            SELECT %s, %s, w.id, o.before, w.after FROM written w LEFT JOIN old o ON o.id = w.id
            """
        ).format(
            pairs=pairs,
            table=table,
            same=sql.SQL(" AND ").join(
                sql.SQL("m.{n} = t.{n}").format(n=sql.Identifier(name)) for name in key
            ),
            names=listed(names, "{name}"),
            stamps=stamps,
            nows=sql.SQL(", now()") if stamp else sql.SQL(""),
            key=listed(key, "{name}"),
            assigned=sql.SQL(", ").join(
                [
                    *(sql.SQL("{n} = EXCLUDED.{n}").format(n=sql.Identifier(name)) for name in update),
                    *([sql.SQL("{} = now()").format(sql.Identifier(stamp))] if stamp else []),
                ]
            ),
            mine=listed(update, "m.{name}"),
            theirs=listed(update, "EXCLUDED.{name}"),
        )

    def undo(self) -> dict[str, int]:
        """Puts every row back as it was before the import; returns the number of rows by model.

        Raises LaterChange, and changes nothing, when a row has been changed since or something now uses a
        row that the import created.
        """
        order = list(
            ImportChange.objects.filter(batch=self.batch)
            .values("model").annotate(last=models.Max("id")).order_by("-last").values_list("model", flat=True)
        )  # fmt: skip
        counts = {}
        tables = [apps.get_model(label)._meta.db_table for label in order]
        with connection.cursor() as cursor:
            _learn_size(cursor, ImportChange._meta.db_table, *tables)
        for label in order:
            model = apps.get_model(label)
            if changed := self._changed_since(model):
                raise LaterChange("changed_later", count=len(changed), labels=_labels(model, changed))
        for label in order:
            model = apps.get_model(label)
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    counts[label] = self._restore(cursor, model)
            except IntegrityError as error:
                created = ImportChange.objects.filter(batch=self.batch, model=label, before=None)
                raise LaterChange(
                    "used_later",
                    count=created.count(),
                    labels=_labels(model, created.values_list("object_id", flat=True)),
                ) from error
        return counts

    def _changed_since(self, model: type[models.Model]) -> list[int]:
        """Keys of rows that are gone or no longer hold what the import wrote."""
        statement = sql.SQL(
            """
            SELECT c.object_id FROM core_importchange c LEFT JOIN {table} m ON m.id = c.object_id
            WHERE c.batch_id = %s AND c.model = %s AND (m.id IS NULL OR NOT to_jsonb(m) @> c.after)
            ORDER BY c.id
            """
        ).format(table=sql.Identifier(model._meta.db_table))
        with connection.cursor() as cursor:
            cursor.execute(statement, [self.batch.pk, model._meta.label])
            return [row[0] for row in cursor.fetchall()]

    def _restore(self, cursor: Any, model: type[models.Model]) -> int:
        table = sql.Identifier(model._meta.db_table)
        parameters = [self.batch.pk, model._meta.label]
        cursor.execute(
            sql.SQL(
                "DELETE FROM {} m USING core_importchange c "
                "WHERE c.batch_id = %s AND c.model = %s AND c.before IS NULL AND m.id = c.object_id"
            ).format(table),
            parameters,
        )
        count = cursor.rowcount
        sample = (
            ImportChange.objects.filter(batch=self.batch, model=model._meta.label)
            .exclude(before=None)
            .first()
        )
        if sample is not None:
            assigned = sql.SQL(", ").join(
                sql.SQL("{n} = r.{n}").format(n=sql.Identifier(n)) for n in sample.before
            )
            cursor.execute(
                sql.SQL(
                    "UPDATE {table} m SET {assigned} FROM core_importchange c, "
                    "LATERAL jsonb_populate_record(NULL::{table}, c.before) r "
                    "WHERE c.batch_id = %s AND c.model = %s AND c.before IS NOT NULL AND m.id = c.object_id"
                ).format(table=table, assigned=assigned),
                parameters,
            )
            count += cursor.rowcount
        return count


def _learn_size(cursor: Any, *tables: str) -> None:
    """Lets the planner count the rows: where it last saw an empty table it would compare every row with every other."""
    for table in tables:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


class LaterChange(Exception):
    """The import cannot be undone: something after it depends on it."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code, data)
        self.code, self.data = code, data


def _labels(model: type[models.Model], keys: Iterable[int]) -> str:
    """The first few rows by name."""
    rows = model._default_manager.filter(pk__in=list(keys)[:3])
    return "; ".join(str(row) for row in rows)
