"""Bearer tokens for django-ninja: `NinjaAPI(auth=Bearer())`."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import user_of_token


class Bearer(HttpBearer):
    """Lets an account through whose token is known, not withdrawn, and whose account is open."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The account; django-ninja answers 401 for None."""
        user = user_of_token(token)
        if user is not None:
            request.user = user
        return user
