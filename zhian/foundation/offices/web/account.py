"""Signing in and out, and everything people keep about their own account."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhian.foundation.offices import selectors, services
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in
from zhian.foundation.offices.vocabulary import Language
from zhian.foundation.offices.web import sessions
from zhian.foundation.offices.web.forms import LanguageForm, PasswordForm, SignInForm, TokenForm
from zhian.kernel.errors import BadInput, Refused
from zhian.kernel.pages import public, render


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; lead back to where the person wanted to go."""
    back = safe_address(request)
    form = SignInForm.of(request)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.sign_in(**form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            sessions.begin(request, user)
            return redirect(back)
    status = 422 if form.errors else 200
    context = {"form": form, "next": back, "title": _("Sign in")}
    return render(request, "offices/sign_in.html", context, status=status)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; somebody whose session ended already is not refused."""
    if isinstance(request.user, User):
        services.sign_out(acting_user=request.user)
    sessions.end(request)
    return redirect("offices:sign_in")


def safe_address(request: HttpRequest) -> str:
    """The address asked for in `next`, when it is one of ours; else the start page."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/"


def with_language(response: HttpResponseRedirect, user: User) -> HttpResponseRedirect:
    """The language the user chose once, on this browser too."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 86400, samesite="Lax"
    )
    return response


@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """My account: post, language, tokens."""
    user = signed_in(request.user)
    context = {
        "title": _("My account"),
        "officer": selectors.officer_of(user),
        "tokens": user.api_tokens.all(),
        "language_form": LanguageForm(initial={"language": user.language}),
        "token_form": TokenForm(),
    }
    return render(request, "offices/me.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password."""
    user = signed_in(request.user)
    form = PasswordForm.of(request)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user = services.change_password(acting_user=user, old=data["old"], new=data["new"])
        except BadInput as error:
            form.show(error)
        else:
            sessions.begin(request, user)
            messages.success(request, _("Your password is changed."))
            return redirect("offices:me")
    context = {
        "form": form,
        "title": _("Change the password"),
        "explanation": _("At least 10 characters, and not one that everybody uses."),
        "submit_label": _("Change the password"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language of the account."""
    form = LanguageForm.of(request)
    if not form.is_valid():
        raise BadInput(_("There is no such language."))
    user = services.set_language(
        acting_user=signed_in(request.user), language=Language(form.cleaned_data["language"])
    )
    return with_language(HttpResponseRedirect(reverse("offices:me")), user)


@require_POST
def issue_token(request: HttpRequest) -> HttpResponse:
    """Make a bearer token and show it, once."""
    user = signed_in(request.user)
    form = TokenForm.of(request)
    if not form.is_valid():
        raise BadInput(_("Say what the token is for."))
    token, raw = services.issue_token(
        acting_user=user, user_id=user.pk, label=form.cleaned_data["label"]
    )
    context = {"title": _("Your new token"), "token": token, "raw": raw}
    response = render(request, "offices/token.html", context, status=201)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Withdraw a bearer token."""
    services.revoke_token(acting_user=signed_in(request.user), token_id=token_id)
    messages.success(request, _("The token is withdrawn."))
    return redirect("offices:me")
