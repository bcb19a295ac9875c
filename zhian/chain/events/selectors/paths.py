"""Questions to the document of an event in SQL: JSON paths, values, amounts with units."""

import json
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from django.db.models import BooleanField, Field, Func, JSONField, Q
from django.db.models.expressions import Combinable

from zhian.chain.events.engine.grammar.predicates import (
    Among,
    Depth,
    Extended,
    Measured,
    Name,
    Present,
    Test,
    Valued,
)
from zhian.chain.events.engine.grammar.units import in_every_unit
from zhian.chain.events.models import ExactDecoder
from zhian.chain.events.selectors import names

SIGNS = {"GT": ">", "GE": ">=", "LT": "<", "LE": "<="}
_DIGITS_KEPT = 80
_WIDE = Context(prec=400)


class Condition(Func):
    """A condition in SQL; `{0}`, `{1}` … stand for the columns named."""

    output_field: "Field[Any, Any]" = BooleanField()

    def __init__(self, sql: str, parameters: Sequence[object], *columns: str | Combinable) -> None:
        super().__init__(*columns)
        self.sql, self.parameters = sql, tuple(parameters)

    def as_sql(self, compiler: Any, connection: Any, *_more: Any, **_extra: Any) -> Any:
        """The condition with its columns put in."""
        compiled = [compiler.compile(one) for one in self.get_source_expressions()]
        assert not any(parameters for _, parameters in compiled), "columns only"
        return self.sql.format(*(sql for sql, _ in compiled)), list(self.parameters)


class Ordered(Condition):
    """A JSON value events are ordered by."""

    output_field = JSONField(decoder=ExactDecoder)


def path_exists(root: str, path: str) -> Condition:
    """Whether a JSON path finds something below a field of the document (`""`: in all of it)."""
    return Condition(f"{_below(root)} @? %s::jsonpath", [path], "document")


def _below(root: str) -> str:
    assert root.isalnum() or not root, "names of the standard's own fields"
    return f"({{0}} -> '{root}')" if root else "{0}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def any_text(item: str, values: Iterable[str]) -> str:
    """A filter: the item is one of these texts; there is always something to compare with."""
    tests = [f"{item} == {_quoted(value)}" for value in sorted(values)]
    return " || ".join(tests) if tests else "1 == 0"


def _steps(path: Iterable[str]) -> str:
    return "".join(f".{_quoted(step)}" for step in path)


def valued(wanted: Valued) -> Q:
    clause = Q(pk__in=[])
    for root, *rest in wanted.paths:
        clause |= Q(_tested(root, f"${_steps(rest)}", wanted.test))
    return clause


def _tested(root: str, path: str, test: Test) -> Condition:
    """Some value a path reaches passes a test."""
    if isinstance(test, Present):
        return path_exists(root, f"{path}[*]" if root else path)
    if isinstance(test, Among) and not (test.numbers or test.moments):
        return path_exists(root, f"{path} ? ({_among_texts(test.texts)})")
    parameters: list[object] = [f"{path}[*][*]"]
    if isinstance(test, Among):
        checks = (
            "(jsonb_typeof(v) IN ('string', 'boolean') AND v #>> '{{}}' = ANY(%s::text[]))"
            " OR events_number(v) = ANY(%s::numeric[])"
            " OR events_moment(v) = ANY(%s::timestamptz[])"
        )
        parameters += [sorted(test.texts), list(test.numbers), list(test.moments)]
    else:
        checks, sides = _sides(SIGNS[test.op], test.number, test.moment)
        parameters += sides
    sql = f"EXISTS (SELECT FROM jsonb_path_query({_below(root)}, %s::jsonpath) v WHERE {checks})"
    return Condition(sql, parameters, "document")


def _sides(sign: str, number: object, at: object) -> tuple[str, list[object]]:
    compared = [("events_number(v)", number), ("events_moment(v)", at)]
    given = [(reader, value) for reader, value in compared if value is not None]
    return (
        " OR ".join(f"{reader} {sign} %s" for reader, _ in given),
        [value for _, value in given],
    )


def _among_texts(texts: frozenset[str]) -> str:
    written = any_text("@", texts)
    for word in sorted(texts & {"true", "false"}):
        written += f" || @ == {word}"
    return written


def extended(wanted: Extended) -> Q:
    root, *rest = wanted.holder or ("",)
    start = f"${_steps(rest)}"
    if wanted.depth is Depth.INNER:
        every = wanted.holder == ("ilmd",)
        start += ".*.**" if every else '.keyvalue() ? (@.key like_regex ":").value.**'
    clause = Q(pk__in=[])
    for key, certain in names.spellings(wanted.name).items():
        found = Q(_tested_field(root, f"{start}.{_quoted(key)}", wanted.test))
        clause |= found if certain else found & Q(_means(key, wanted.name))
    return clause


def _tested_field(root: str, path: str, test: Test) -> Condition:
    """As `_tested`; an extension field is there even when it holds an empty list."""
    return path_exists(root, path) if isinstance(test, Present) else _tested(root, path, test)


def _means(key: str, name: Name) -> Condition:
    """The prefix of the key stands for the namespace in this very event."""
    sql = "events_namespace({0}, {1}, %s) = %s"
    return Condition(sql, [key.partition(":")[0], name.namespace], "context", "document")


def measured(wanted: Measured) -> Q:
    tests = list(_amounts(wanted))
    clause = Q(pk__in=[])
    for root, *rest in wanted.holders:
        if tests:
            clause |= Q(path_exists(root, f"${_steps(rest)}[*] ? ({' || '.join(tests)})"))
    return clause


def _amounts(wanted: Measured) -> Iterable[str]:
    sign = "==" if wanted.op is None else SIGNS[wanted.op]
    for value in wanted.values:
        if not wanted.uom:
            yield f"@.{wanted.field} {sign} {_number(value)}"
            continue
        for code, same in in_every_unit(value, wanted.uom).items():
            # no decimal number equals a value like 1/3
            if wanted.op is not None or _is_decimal(same):
                yield f'(@.uom == "{code}" && @.{wanted.field} {sign} {_number(same)})'


def _is_decimal(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _number(value: Fraction) -> str:
    """A number in decimal digits: exact, or cut behind more digits than a stored one can have."""
    scaled = value * 10**_DIGITS_KEPT
    whole = scaled.numerator // scaled.denominator
    text = format(Decimal(whole).scaleb(-_DIGITS_KEPT, _WIDE), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
