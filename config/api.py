"""The REST interface under /api/: each room brings its endpoints, this puts them together."""

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from zhian.foundation.offices import selectors as offices
from zhian.foundation.offices.api.auth import Bearer
from zhian.foundation.offices.policies import signed_in
from zhian.kernel.errors import BadInput, FieldError, ZhianError
from zhian.kernel.middleware import answer_error
from zhian.registry.standards.api.endpoints import router as standards
from zhian.registry.subjects.api.endpoints import router as operators
from zhian.response.alerts.api.endpoints import router as alerts
from zhian.response.recalls.api.endpoints import router as recalls

api = NinjaAPI(
    title="zhian (质安)",
    version="1",
    description="Bearer tokens (`zhian token issue`); errors are RFC 7807 problems.",
    auth=Bearer(),
    urls_namespace="api",
    docs_url=None,
)
api.add_router("/operators", operators)
api.add_router("/alerts", alerts)
api.add_router("/recalls", recalls)
api.add_router("/standards", standards)


class Me(Schema):
    """Who the token speaks for."""

    username: str
    display_name: str
    kind: str
    office_code: str | None


@api.get("/me", response=Me, tags=["me"], summary="Who am I")
def me(request: HttpRequest) -> Me:
    """The account behind the token and its office."""
    user = signed_in(request.user)
    office = offices.office_of(user)
    return Me(
        username=user.username,
        display_name=user.display_name,
        kind=user.kind,
        office_code=office.code if office else None,
    )


class NotSignedIn(ZhianError):
    """A token is needed."""

    code = "not-signed-in"
    status = 401


def _refused(
    request: HttpRequest, error: AuthenticationError | type[AuthenticationError]
) -> HttpResponse:
    response = answer_error(request, NotSignedIn("A valid bearer token is needed."))
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _wrong(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    found = error.errors if isinstance(error, ValidationError) else []
    fields = [
        FieldError(".".join(str(part) for part in one["loc"][1:]), str(one["msg"])) for one in found
    ]
    return answer_error(request, BadInput(fields=fields))


def _http(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    problem = ZhianError(str(error))
    problem.status = error.status_code if isinstance(error, HttpError) else 500
    return answer_error(request, problem)


api.add_exception_handler(AuthenticationError, _refused)
api.add_exception_handler(ValidationError, _wrong)
api.add_exception_handler(HttpError, _http)
