"""Samples: two officers, one seal, a custody chain, and doubts that stay (S093, T5)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests import factories as make
from tests import factories_response as story
from tests.casting import Cast
from zhian.fieldwork.sampling import policies, selectors, services
from zhian.fieldwork.sampling.models import CustodyStep, Sample
from zhian.fieldwork.sampling.services import Hands, Photo, Place
from zhian.fieldwork.sampling.vocabulary import Flag, SampleState
from zhian.foundation.duties import selectors as duties
from zhian.foundation.evidence import selectors as evidence
from zhian.foundation.ledger.models import Entry
from zhian.foundation.offices.vocabulary import Role
from zhian.kernel import clock
from zhian.kernel.errors import BadInput, Conflict, NotKnown, Refused

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60


def test_two_officers_draw_a_sample_under_a_seal(cast: Cast) -> None:
    sample = story.sample(cast, story.shop())
    assert sample.number == f"{cast.office.name_zh}抽样〔2026〕第 1 号"
    assert sample.state == SampleState.DRAWN
    assert sample.flags == []
    seal = evidence.seal_by_number("S-0001")
    assert seal is not None
    assert seal.subject_id == str(sample.pk)
    assert [step.kind for step in sample.custody.all()] == ["DRAWN"]
    assert [duty.deed for duty in duties.duties_about(sample)] == ["send_sample"]
    assert Entry.objects.filter(kind="sampling.sample.drawn").count() == 1


def test_the_second_officer_must_be_somebody_else(cast: Cast) -> None:
    site = story.shop()
    for second in (None, cast.wang.pk):
        with pytest.raises(BadInput) as error:
            story.sample(cast, site, second_officer_id=second)
        assert [one.field for one in error.value.fields] == ["second_officer"]
    assert not Sample.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"quantity": Decimal(0)}, "quantity"),
        ({"random_index": 201}, "random_index"),
        ({"random_index": 1, "population_size": None}, "random_index"),
        ({"lot_key": " "}, "seal_number"),
    ],
)
def test_a_wrong_sheet_names_its_field(cast: Cast, facts: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as error:
        story.sample(cast, story.shop(), **facts)
    assert [one.field for one in error.value.fields] == [field]


def test_a_seal_number_is_used_once(cast: Cast) -> None:
    site = story.shop()
    story.sample(cast, site)
    with pytest.raises(Conflict):
        story.sample(cast, site)
    assert Sample.objects.count() == 1


def test_only_officers_with_the_role_draw(cast: Cast) -> None:
    draw = story.draw_facts(cast, story.shop())
    for user in (cast.jian, cast.zu, cast.dian):
        with pytest.raises(Refused):
            services.draw_sample(acting_user=user, draw=draw)
    with pytest.raises(Refused):
        services.draw_sample(acting_user=cast.system, draw=draw)


def test_an_impossible_journey_is_flagged_on_the_later_sample(cast: Cast) -> None:
    site = story.shop()
    here, far = (
        Place("正定", Decimal("114.57"), Decimal("38.14")),
        Place("北京", Decimal("116.40"), Decimal("39.90")),
    )
    with clock.at(story.SIGNED):
        services.draw_sample(
            acting_user=cast.wang, draw=story.draw_facts(cast, site, "A"), place=here
        )
    with clock.at(story.SIGNED + timedelta(minutes=20)):
        late = services.draw_sample(
            acting_user=cast.wang, draw=story.draw_facts(cast, site, "B"), place=far
        )
    assert late.flags == [Flag.IMPOSSIBLE_TRAVEL.value]
    assert not policies.can_support_certificate(late)


def test_a_sent_sample_is_marked_and_supports_no_certificate(cast: Cast) -> None:
    sample = story.sent_by_firm(cast, story.shop())
    assert sample.flags == [Flag.SENT_BY_FIRM.value]
    decision = policies.can_support_certificate(sample)
    assert not decision
    assert "sent by the firm" in str(decision.reason) or "企业" in str(decision.reason)


def test_the_chain_of_hands_shows_everybody_and_the_seal(cast: Cast) -> None:
    sample = story.received(cast, story.sample(cast, story.shop()), seal_intact=False)
    assert sample.state == SampleState.RECEIVED
    assert sample.laboratory == cast.lab
    assert sample.flags == [Flag.SEAL_BROKEN.value]
    steps = [(step.kind, step.seal_intact) for step in sample.custody.all()]
    assert steps == [("DRAWN", True), ("HANDED_OVER", True), ("RECEIVED", False)]
    lines = selectors.custody_of(sample)
    assert [line.who for line in lines] == ["王建国", "王建国 → 林悦", "林悦"]
    states = {duty.deed: duty.state for duty in duties.duties_about(sample)}
    assert states == {"send_sample": "DONE", "test_sample": "OPEN"}


def test_a_photo_of_the_seal_is_kept_with_the_step(cast: Cast) -> None:
    sample = story.sample(cast, story.shop())
    step = services.hand_over(
        acting_user=cast.wang,
        sample_id=sample.pk,
        hands=Hands(Place("车站", Decimal("114.5"), Decimal("38.1")), to_name="顺丰"),
        photo=Photo("seal.png", PNG),
    )
    assert step.item is not None
    assert evidence.read(evidence.item(step.item)) == PNG
    assert [line.evidence[0].label for line in selectors.custody_of(sample)[1:]] == ["seal.png"]
    services.hand_over(
        acting_user=cast.li, sample_id=sample.pk, hands=Hands(to_user_id=cast.chen.pk)
    )
    assert CustodyStep.objects.filter(sample=sample).count() == 3


def test_handing_to_an_analyst_addresses_the_laboratory(cast: Cast) -> None:
    sample = story.sample(cast, story.shop(), laboratory_id=None)
    assert not policies.samples_visible_to(cast.chen).exists()
    with pytest.raises(NotKnown):
        services.hand_over(acting_user=cast.wang, sample_id=sample.pk, hands=Hands(to_user_id=0))
    services.hand_over(
        acting_user=cast.wang, sample_id=sample.pk, hands=Hands(to_user_id=cast.li.pk)
    )
    assert not policies.samples_visible_to(cast.chen).exists()
    services.hand_over(
        acting_user=cast.li, sample_id=sample.pk, hands=Hands(to_user_id=cast.chen.pk)
    )
    services.receive_sample(acting_user=cast.chen, sample_id=sample.pk, seal_intact=True)
    assert list(policies.samples_visible_to(cast.chen)) == [sample]


def test_only_the_holder_hands_over_and_says_to_whom(cast: Cast) -> None:
    sample = story.sample(cast, story.shop())
    with pytest.raises(Refused):
        services.hand_over(acting_user=cast.li, sample_id=sample.pk, hands=Hands(to_name="顺丰"))
    with pytest.raises(BadInput):
        services.hand_over(acting_user=cast.wang, sample_id=sample.pk, hands=Hands())
    with pytest.raises(NotKnown):
        services.hand_over(acting_user=cast.zhao, sample_id=sample.pk, hands=Hands(to_name="x"))
    services.hand_over(acting_user=cast.wang, sample_id=sample.pk, hands=Hands(to_name="顺丰"))
    with pytest.raises(Refused):
        services.hand_over(acting_user=cast.chen, sample_id=sample.pk, hands=Hands(to_name="x"))
    assert sample.custody.count() == 2


def test_only_the_laboratory_receives_and_only_once(cast: Cast) -> None:
    sample = story.sample(cast, story.shop())
    with pytest.raises(Refused):
        services.receive_sample(acting_user=cast.wang, sample_id=sample.pk, seal_intact=True)
    with pytest.raises(Conflict):
        services.receive_sample(acting_user=cast.chen, sample_id=sample.pk, seal_intact=True)
    story.received(cast, sample)
    with pytest.raises(Conflict):
        services.receive_sample(acting_user=cast.chen, sample_id=sample.pk, seal_intact=True)
    elsewhere = make.officer("other", at=make.office("lab", "130126"), roles=[Role.LABORATORY]).user
    assert not policies.can_receive(elsewhere, sample)
    with pytest.raises(Refused):
        services.receive_sample(acting_user=cast.system, sample_id=sample.pk, seal_intact=True)


def test_officers_see_their_territory_and_laboratories_theirs(cast: Cast) -> None:
    sample = story.sample(cast, story.shop())
    for user in (cast.wang, cast.li, cast.sun, cast.chen, cast.jian, cast.system):
        assert list(policies.samples_visible_to(user)) == [sample], user
    for stranger in (cast.zhao, cast.dian, cast.admin, cast.public):
        assert not policies.samples_visible_to(stranger).exists()


def test_a_carrier_takes_the_sample_and_the_laboratory_stays_open(cast: Cast) -> None:
    sample = story.sample(cast, story.shop(), laboratory_id=None)
    step = services.hand_over(
        acting_user=cast.wang, sample_id=sample.pk, hands=services.Hands(to_name="县邮政快递")
    )
    assert (step.to_user, step.to_name) == (None, "县邮政快递")
