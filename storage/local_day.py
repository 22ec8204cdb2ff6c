"""The day in Việt Nam of a moment, worked out by the database."""

from datetime import date

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_AHEAD = "+7 hours"


class LocalDay(FunctionElement[date]):
    """The day in Việt Nam of a moment."""

    inherit_cache = True
    type = Date()


@compiles(LocalDay)
def _local_day(element: LocalDay, compiler: SQLCompiler, **options: object) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '{_AHEAD}')"


@compiles(LocalDay, "postgresql")
def _of_timestamp(element: LocalDay, compiler: SQLCompiler, **options: object) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} + INTERVAL '{_AHEAD}' AS DATE)"
