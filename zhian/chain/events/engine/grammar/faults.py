"""What can be wrong with a query, by parameter."""


def _(text: str) -> str:
    """Marks a msgid for translation; the engine itself speaks English."""
    return text


TEMPLATES: dict[str, str] = {
    "unknown": _("The parameter “%(name)s” does not exist in SimpleEventQuery."),
    "no-value": _("“%(name)s” needs a value."),
    "one-value": _("“%(name)s” takes one value, not several."),
    "not-text": _("“%(name)s”: “%(value)s” is not text."),
    "not-number": _("“%(name)s”: “%(value)s” is not a number."),
    "not-count": _("“%(name)s” is a whole number from 1 to %(most)s."),
    "not-time": _("“%(name)s”: “%(value)s” is not a date and time with an offset."),
    "not-boolean": _("“%(name)s” is true or false."),
    "not-hexadecimal": _("“%(name)s”: “%(value)s” is not hexadecimal."),
    "not-comparable": _("“%(name)s”: “%(value)s” is neither a number nor a date and time."),
    "not-word": _("“%(name)s”: “%(value)s” is neither a standard value nor a URI."),
    "not-uri": _("“%(name)s”: “%(value)s” is not a URI."),
    "bad-pattern": _("“%(name)s”: “%(value)s” is not an EPC pattern."),
    "bad-field": _("“%(name)s”: the field needs a prefix or a full URI."),
    "bad-choice": _("“%(name)s”: “%(value)s” is none of %(allowed)s."),
    "exclusive": _("eventCountLimit and maxEventCount exclude each other."),
    "needs-order": _("“%(name)s” needs orderBy."),
    "unusable": _("“%(name)s” holds a character that cannot be searched for."),
    "too-many-values": _("“%(name)s” has more than %(most)s values."),
    "too-many-parameters": _("A query may have %(most)s parameters at most."),
}
TOO_COMPLEX = frozenset({"too-many-values", "too-many-parameters"})


class QueryFault(Exception):
    """One parameter cannot be understood; `code` names a sentence of TEMPLATES."""

    def __init__(self, code: str, name: str, value: object = "", **more: object) -> None:
        super().__init__(code, name)
        self.code = code
        self.name = name
        self.params = {"name": name[:80], "value": str(value)[:80], **more}

    @property
    def too_complex(self) -> bool:
        """Whether the query is understood but asks for too much."""
        return self.code in TOO_COMPLEX
