from django.urls import path

from zhian.fieldwork.sampling.web import checking, markets, proof, rejudging, reports, samples

app_name = "sampling"

urlpatterns = [
    path("", samples.sample_list, name="list"),
    path("check/", checking.check, name="check"),
    path("check/template/", checking.template, name="check_template"),
    path("rejudgements/", rejudging.rejudgements, name="rejudgements"),
    path("rejudgements/new/", rejudging.rejudge, name="rejudge"),
    path("rejudgements/<int:rejudgement_id>/", rejudging.rejudgement, name="rejudgement"),
    path("markets/", markets.declarations, name="markets"),
    path("markets/new/", markets.declare, name="declare"),
    path("new/", samples.draw, name="draw"),
    path("<int:sample_id>/", samples.detail, name="detail"),
    path("<int:sample_id>/hand-over/", samples.hand_over, name="hand_over"),
    path("<int:sample_id>/receive/", samples.receive, name="receive"),
    path("<int:sample_id>/report/", reports.draft, name="draft"),
    path("reports/<int:report_id>/", reports.report, name="report"),
    path("reports/<int:report_id>/<int:position>/proof.pdf", proof.proof_page, name="proof"),
    path("reports/<int:report_id>/sign/", reports.sign, name="sign"),
    path("reports/<int:report_id>/withdraw/", reports.withdraw, name="withdraw"),
]
