"""Who sees samples and reports, who may act on them, and what a sample may support (S093)."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhian.fieldwork.sampling.models import MarketDeclaration, Rejudgement, Sample, TestReport
from zhian.fieldwork.sampling.vocabulary import Flag, ReportState, SampleOrigin
from zhian.foundation.offices.policies import YES, Decision, Person, any_of, can, jurisdiction
from zhian.foundation.offices.selectors import office_of
from zhian.foundation.offices.vocabulary import Role


def samples_visible_to(user: Person) -> QuerySet[Sample]:
    """Samples drawn in one's territory, and those one's laboratory is to test."""
    office = office_of(user)
    own = Q(laboratory=office) | Q(office=office) if office is not None else Q(pk__in=[])
    return Sample.objects.filter(any_of(jurisdiction(user, "site__region"), own)).select_related(
        "site__operator", "site__region", "product", "office"
    )


def reports_visible_to(user: Person) -> QuerySet[TestReport]:
    """Reports on visible samples; a draft is seen in the laboratory only."""
    office = office_of(user)
    inside = Q(laboratory=office) if office is not None else Q(pk__in=[])
    return TestReport.objects.filter(
        inside | (Q(sample__in=samples_visible_to(user)) & ~Q(state=ReportState.DRAFT))
    ).select_related("sample__product", "sample__site__operator", "laboratory", "analyst")


def signed_reports_visible_to(user: Person) -> QuerySet[TestReport]:
    """Reports a laboratory answers for."""
    return reports_visible_to(user).filter(state=ReportState.SIGNED)


def rejudgements_visible_to(user: Person) -> QuerySet[Rejudgement]:
    """Reports of differences: those who may judge anew read them, each his own territory's."""
    found = Rejudgement.objects.select_related("by")
    if not can_rejudge(user):
        return found.none()
    office = office_of(user)
    return found.filter(by__officer__office=office) if office is not None else found


def declarations_visible_to(user: Person) -> QuerySet[MarketDeclaration]:
    """Lots declared for other markets by the offices of one's territory."""
    return MarketDeclaration.objects.filter(jurisdiction(user, "office__region")).select_related(
        "product", "office", "declared_by"
    )


def can_declare(user: Person) -> Decision:
    """Frontline supervisors and inspectors of origin or port declare a lot for a market."""
    frontline = can(user, Role.FRONTLINE)
    return YES if frontline or can(user, Role.CIQ_INSPECTOR) else frontline


def can_rejudge(user: Person) -> Decision:
    """A standards clerk judges signed results anew (R23)."""
    return can(user, Role.STANDARDS_CLERK)


def can_draw(user: Person) -> Decision:
    """Frontline supervisors and samplers draw; a sample sent by a firm is taken in by the same."""
    frontline = can(user, Role.FRONTLINE)
    return YES if frontline or can(user, Role.LABORATORY) else frontline


def can_hand_over(user: Person, sample: Sample) -> Decision:
    """The present holder hands over; where a carrier holds it, an officer of the office does."""
    last = sample.custody.order_by("-at", "-pk").first()
    if last is not None and last.to_user_id is not None:
        if last.to_user_id == user.pk:
            return YES
        return Decision(
            False, _("The sample is in the hands of %(name)s.") % {"name": last.to_user}
        )
    if office_of(user) == sample.office:
        return YES
    return Decision(False, _("Only the office that drew the sample may do this."))


def can_receive(user: Person, sample: Sample) -> Decision:
    """Somebody of the laboratory the sample was sent to."""
    return _in_laboratory(user, sample)


def can_draft(user: Person, sample: Sample) -> Decision:
    """An analyst of the laboratory that received the sample."""
    return _in_laboratory(user, sample)


def can_sign(user: Person, report: TestReport) -> Decision:
    """A signatory of the same laboratory who did not do the analysis (S094, R13)."""
    right = can(user, Role.LABORATORY)
    if not right:
        return right
    if office_of(user) != report.laboratory:
        return Decision(False, _("Only a signatory of the issuing laboratory may sign."))
    if report.analyst_id == user.pk:
        return Decision(False, _("The analyst may not sign the own report; ask the signatory."))
    return YES


def can_withdraw(user: Person, report: TestReport) -> Decision:
    """The laboratory that answers for the report may withdraw it, with a reason."""
    return can_sign(user, report)


def can_support_certificate(sample: Sample) -> Decision:
    """Whether a certificate may rest on the sample: never one the firm sent (S093, B01, T5)."""
    if sample.origin == SampleOrigin.SENT:
        return Decision(
            False,
            _("The sample was sent by the firm; a certificate needs a sample drawn by officers."),
        )
    serious = {Flag.SEAL_REUSED, Flag.SEAL_BROKEN, Flag.ONE_OFFICER, Flag.IMPOSSIBLE_TRAVEL}
    doubts = [str(Flag(flag).label) for flag in sample.flags if flag in serious]
    if doubts:
        return Decision(
            False, _("The sampling record is in doubt: %(doubts)s") % {"doubts": "; ".join(doubts)}
        )
    return YES


def can_certify(report: TestReport) -> Decision:
    """Whether a certificate may rest on the report: signed, conforming, on a sound sample."""
    if report.state != ReportState.SIGNED:
        return Decision(False, _("Only a signed report can support a certificate."))
    if report.results.exclude(outcome="CONFORMING").exists():
        return Decision(False, _("Not every result of the report conforms."))
    return can_support_certificate(report.sample)


def _in_laboratory(user: Person, sample: Sample) -> Decision:
    right = can(user, Role.LABORATORY)
    if not right:
        return right
    if sample.laboratory_id is not None and office_of(user) != sample.laboratory:
        return Decision(False, _("The sample is addressed to another laboratory."))
    return YES
