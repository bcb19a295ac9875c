"""The fifteen problem types of EPCIS 2.0, as errors a client can act upon.

ValidationException, CaptureLimitExceeded, UnsupportedMediaType and ResourceAlreadyExists of
capturing are in `services/refusals`; here are those of queries and of the interface as a whole.
"""

from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from zhian.kernel.errors import FieldError, Text, ZhianError

PREFIX = "epcisException:"


class EpcisProblem(ZhianError):
    """A problem with a type of EPCIS 2.0."""

    exception = "ImplementationException"

    @classmethod
    def at(cls, member: str, message: Text) -> Self:
        """The problem of one member or parameter, by its name at the interface."""
        return cls(message, fields=[FieldError(member, message)])

    def problem(self) -> dict[str, Any]:
        """RFC 7807 with the exception type of EPCIS 2.0."""
        return {**super().problem(), "type": PREFIX + self.exception}


class BadQuery(EpcisProblem):
    """A query parameter is unknown or its value cannot be read."""

    code = "epcis-query-parameter"
    exception = "QueryParameterException"
    status = 400
    title = _("The query cannot be answered")


class MalformedQuery(EpcisProblem):
    """A query definition is not the object it should be."""

    code = "epcis-query-validation"
    exception = "QueryValidationException"
    status = 400
    title = _("The query definition is not valid")


class QueryTooComplex(EpcisProblem):
    """The query asks for more work than one query may cause."""

    code = "epcis-query-complex"
    exception = "QueryTooComplexException"
    status = 413
    title = _("The query is too complex")


class QueryTooLarge(EpcisProblem):
    """The answer has more events than the query allows."""

    code = "epcis-query-large"
    exception = "QueryTooLargeException"
    status = 413
    title = _("The answer is too large")


class NoSuchQuery(EpcisProblem):
    """No named query or subscription of this name."""

    code = "epcis-no-name"
    exception = "NoSuchNameException"
    status = 404
    title = _("There is nothing of this name")


class NoSuchResource(EpcisProblem):
    """Nothing here one may know of."""

    code = "epcis-no-resource"
    exception = "NoSuchResourceException"
    status = 404
    title = _("There is nothing here")


class NameTaken(EpcisProblem):
    """A query of this name exists."""

    code = "epcis-name-taken"
    exception = "ResourceAlreadyExistsException"
    status = 409
    title = _("This name is taken")


class WrongControls(EpcisProblem):
    """A subscription is told neither when to report nor where to, or wrongly."""

    code = "epcis-subscription-controls"
    exception = "SubscriptionControlsException"
    status = 400
    title = _("The subscription cannot be made so")


class NotAcceptable(EpcisProblem):
    """The answer cannot be given in the form asked for."""

    code = "epcis-not-acceptable"
    exception = "NotAcceptableException"
    status = 406
    title = _("The answer cannot be given in this form")


class AddressTooLong(EpcisProblem):
    """The query does not fit into an address; keep it under a name."""

    code = "epcis-uri-too-long"
    exception = "URITooLongException"
    status = 414
    title = _("The address is too long")


class UnreadableBody(EpcisProblem):
    """A body in a media type that is not read here."""

    code = "epcis-media-type"
    exception = "UnsupportedMediaTypeException"
    status = 415
    title = _("This format is not supported")


# what other errors are called at this interface
BY_STATUS = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    414: "URITooLongException",
    415: "UnsupportedMediaTypeException",
    422: "ValidationException",
}
