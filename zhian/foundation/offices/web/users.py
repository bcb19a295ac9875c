"""Accounts and posts, kept by administrators."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhian.foundation.offices import policies, services
from zhian.foundation.offices.models import User
from zhian.foundation.offices.policies import signed_in
from zhian.foundation.offices.vocabulary import Language, Role, UserKind
from zhian.foundation.offices.web.forms import AppointForm, ReasonForm, UserForm
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, NotKnown
from zhian.kernel.lists import Action, ChoiceFilter, ListColumn, ListPage
from zhian.kernel.pages import render


def visible_users(request: HttpRequest) -> QuerySet[User]:
    """The accounts this person keeps; a page nobody else may know of."""
    if not policies.can_administer(signed_in(request.user)):
        raise NotKnown
    return policies.users_visible_to(signed_in(request.user))


def visible_user(request: HttpRequest, user_id: int) -> User:
    """One of them."""
    found = visible_users(request).filter(pk=user_id).first()
    if found is None:
        raise NotKnown
    return found


def state_of(user: User) -> str:
    """Open, locked by somebody, or closed for a while by wrong passwords."""
    if not user.is_active:
        return str(_("Locked"))
    return str(_("Closed for a while")) if user.locked_at(clock.now()) else str(_("Account open"))


def colour_of(user: User) -> str:
    """Colour of the state; the word stands beside it."""
    if not user.is_active:
        return "red"
    return "yellow" if user.locked_at(clock.now()) else "green"


def post_of(user: User) -> str:
    """Office and title, as one line."""
    officer = getattr(user, "officer", None)
    return f"{officer.office.name} · {officer.title}" if officer else "—"


@require_GET
def user_list(request: HttpRequest) -> HttpResponseBase:
    """Every account with its post and state."""
    return ListPage(
        title=_("Accounts"),
        queryset=visible_users(request).select_related("officer__office"),
        columns=[
            ListColumn("username", _("User name"), sort="username"),
            ListColumn("display_name", _("Full name"), sort="display_name"),
            ListColumn("kind", _("Kind of account"), value=lambda u: u.get_kind_display()),
            ListColumn("post", _("Post"), value=post_of),
            ListColumn("state", _("State"), value=state_of, badge=colour_of),
        ],
        search=(
            "username__icontains",
            "display_name__icontains",
            "officer__office__name_zh__icontains",
        ),
        filters=[ChoiceFilter("kind", _("Kind of account"), UserKind.choices)],
        default_sort="username",
        empty=_("No account like this. Clear the filters, or create one."),
        export_name="accounts",
        row_url=lambda user: reverse("offices:user", args=[user.pk]),
        actions=[Action(_("Create an account"), reverse("offices:user_create"))],
    ).respond(request)


@require_http_methods(["GET", "POST"])
def user_create(request: HttpRequest) -> HttpResponse:
    """A new account; its first password is shown once on the next page."""
    visible_users(request)
    form = UserForm.of(request)
    if request.method == "POST" and form.is_valid():
        try:
            return created(request, form)
        except BadInput as error:
            form.show(error)
    context = {
        "form": form,
        "title": _("Create an account"),
        "submit_label": _("Create the account"),
        "cancel_url": reverse("offices:users"),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def created(request: HttpRequest, form: UserForm) -> HttpResponse:
    """Make the account and its first password."""
    data = form.cleaned_data
    actor = signed_in(request.user)
    user = services.create_user(
        acting_user=actor,
        username=data["username"],
        display_name=data["display_name"],
        kind=UserKind(data["kind"]),
        language=Language(data["language"]),
    )
    return show_password(request, user, services.reset_password(acting_user=actor, user_id=user.pk))


def show_password(request: HttpRequest, user: User, password: str) -> HttpResponse:
    """The made-up password, once."""
    context = {"title": user.display_name, "user_shown": user, "password": password}
    response = render(request, "offices/new_password.html", context, status=201)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def user_detail(request: HttpRequest, user_id: int) -> HttpResponse:
    """One account: post, roles, state, what can be done."""
    user = visible_user(request, user_id)
    officer = getattr(user, "officer", None)
    context = {
        "title": user.display_name,
        "user_shown": user,
        "officer": officer,
        "roles": [Role(code).label for code in officer.roles] if officer else [],
        "in_post": bool(officer and officer.holds_on(clock.today())),
        "state": state_of(user),
        "colour": colour_of(user),
        "reason_form": ReasonForm(),
    }
    return render(request, "offices/user.html", context)


@require_http_methods(["GET", "POST"])
def user_appoint(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give the account a post."""
    user = visible_user(request, user_id)
    form = AppointForm.of(request, initial={"office": request.GET.get("office", "")})
    if request.method == "POST" and form.is_valid():
        try:
            appointed(request, user, form)
        except BadInput as error:
            form.show(error)
        else:
            messages.success(request, _("The appointment is made."))
            return redirect("offices:user", user_id=user.pk)
    context = {
        "form": form,
        "title": _("Appoint %(name)s") % {"name": user.display_name},
        "submit_label": _("Appoint"),
        "cancel_url": reverse("offices:user", args=[user.pk]),
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def appointed(request: HttpRequest, user: User, form: AppointForm) -> None:
    """Make the appointment the form describes."""
    data = form.cleaned_data
    services.appoint_officer(
        acting_user=signed_in(request.user),
        user_id=user.pk,
        office_id=data["office"].pk,
        title_zh=data["title_zh"],
        title_en=data["title_en"],
        roles=[Role(code) for code in data["roles"]],
        is_head=data["is_head"],
        since=data["since"],
    )


@require_POST
def user_end_post(request: HttpRequest, user_id: int) -> HttpResponse:
    """End the post of the account."""
    user = visible_user(request, user_id)
    officer = getattr(user, "officer", None)
    if officer is None:
        raise NotKnown
    services.end_appointment(acting_user=signed_in(request.user), officer_id=officer.pk)
    messages.success(request, _("The post is ended."))
    return redirect("offices:user", user_id=user.pk)


@require_POST
def user_lock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close the account, with a reason."""
    user = visible_user(request, user_id)
    reason = request.POST.get("reason", "")
    services.lock_user(acting_user=signed_in(request.user), user_id=user.pk, reason=reason)
    messages.success(request, _("The account is locked."))
    return redirect("offices:user", user_id=user.pk)


@require_POST
def user_unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    """Open the account."""
    user = visible_user(request, user_id)
    services.unlock_user(acting_user=signed_in(request.user), user_id=user.pk)
    messages.success(request, _("The account is open."))
    return redirect("offices:user", user_id=user.pk)


@require_POST
def user_reset(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new made-up password, shown once."""
    user = visible_user(request, user_id)
    password = services.reset_password(acting_user=signed_in(request.user), user_id=user.pk)
    return show_password(request, user, password)
