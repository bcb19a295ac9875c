"""What a person fills in to keep a query and to subscribe to it; what went wrong, in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhian.chain.events.engine.grammar.formats import EpcFormat
from zhian.chain.events.selectors.subscriptions import queries_of
from zhian.chain.events.services.queries import LONGEST_NAME
from zhian.chain.events.services.subscribing import Controls
from zhian.chain.events.vocabulary.problems import EpcisProblem
from zhian.chain.events.web.schedules import WhenForm
from zhian.chain.events.web.words import STEPS, TYPES
from zhian.foundation.offices.models import User
from zhian.kernel import clock
from zhian.kernel.errors import Conflict, FieldError
from zhian.kernel.forms import DeedForm

_ALL = [("", _("All"))]
_PROBLEMS = {
    "WrongControls": _("The address is not known, or messages may not go there."),
    "ConnectError": _("The receiver could not be reached."),
    "ConnectTimeout": _("The receiver could not be reached."),
    "ReadTimeout": _("The receiver took too long."),
    "WriteTimeout": _("The receiver took too long."),
    "ReadError": _("The receiver broke off."),
    "RemoteProtocolError": _("The receiver broke off."),
}


def problem_text(problem: str) -> str:
    """What went wrong with a bundle, in the reader's language."""
    kind, _colon, _rest = problem.partition(":")
    if kind.startswith("HTTP "):
        return gettext("The receiver answered with %(code)s.") % {
            "code": kind.removeprefix("HTTP ")
        }
    return str(_PROBLEMS.get(kind, problem))


@contextmanager
def told_in_form(**named: str) -> Iterator[None]:
    """What EPCIS refuses as a conflict a form shows; `named`: its field for an EPCIS name."""
    try:
        yield
    except EpcisProblem as problem:
        fields = [
            FieldError(named.get(one.field, one.field), one.message) for one in problem.fields
        ]
        raise Conflict(problem.message, fields=fields) from problem


class QueryForm(DeedForm):
    """The filters people use, kept under a name."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    type = forms.ChoiceField(label=_("Type"), choices=[*_ALL, *TYPES.items()], required=False)
    step = forms.ChoiceField(label=_("Step"), choices=[*_ALL, *STEPS.items()], required=False)
    lot = forms.CharField(
        label=_("Lot"),
        max_length=200,
        required=False,
        help_text=_("The lot's key, or a pattern of it with * at its end."),
    )

    def query(self) -> dict[str, object]:
        """The query as the interface reads it."""
        said = self.cleaned_data
        found: dict[str, object] = {}
        if said["type"]:
            found["eventType"] = [said["type"]]
        if said["step"]:
            found["EQ_bizStep"] = [said["step"]]
        if said["lot"]:
            found["MATCH_anyEPCClass"] = [said["lot"]]
        return found


class SubscriptionForm(WhenForm):
    """Which query, which address, when."""

    query = forms.ChoiceField(label=_("Query"))
    dest = forms.CharField(
        label=_("Address"),
        max_length=2048,
        help_text=_("An https address that takes messages."),
        widget=forms.URLInput(),
    )
    report_if_empty = forms.BooleanField(label=_("Also tell when there is nothing"), required=False)
    signature_token = forms.CharField(
        label=_("Secret for signatures"),
        max_length=500,
        required=False,
        help_text=_("Every message is signed with it, so that the receiver knows it is from here."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    since = forms.DateField(
        label=_("Also what was recorded since"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    epc_format = forms.ChoiceField(
        label=_("Keys are written"),
        choices=[("", _("as captured")), (EpcFormat.URN.value, _("as URN")),
                 (EpcFormat.DIGITAL_LINK.value, _("as web address"))],
        required=False,
    )  # fmt: skip

    field_order = (
        "query", "dest", "report_if_empty", "signature_token", "since", "epc_format",
        "when", "hour", "weekday",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, *, user: User, query: str) -> None:
        super().__init__(data, initial={"query": query})
        field = self.fields["query"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.name, one.name) for one in queries_of(user)]

    def controls(self) -> Controls:
        """What was asked for."""
        said = self.cleaned_data
        since = said["since"]
        return Controls(
            dest=said["dest"],
            stream=not said["when"],
            schedule=self.schedule(),
            report_if_empty=said["report_if_empty"],
            signature_token=said["signature_token"],
            initial_record_time=None
            if since is None
            else datetime.combine(since, time(), tzinfo=clock.BEIJING),
            epc_format=said["epc_format"],
        )
