"""From facts to lines: one small function per sentence, nothing is looked up here."""

from collections.abc import Iterator
from datetime import datetime

from zhian.foundation.duties.models import Duty
from zhian.foundation.notices.models import Delivery
from zhian.foundation.offices.models import Office
from zhian.kernel import clock
from zhian.oversight.accountability.models import Line
from zhian.oversight.accountability.services.facts import Facts, Place
from zhian.oversight.accountability.vocabulary import Column, Deed


def day(moment: datetime | None) -> str | None:
    """A moment as a Beijing day and minute."""
    return None if moment is None else clock.beijing(moment).strftime("%Y-%m-%d %H:%M")


def lines_of(facts: Facts) -> Iterator[Line]:
    """Every line of the three columns, place by place, then what concerns the whole alert."""
    for place in facts.places:
        for line in _about(place, facts):
            line.tier = place.tier
            line.site = place.site
            line.site_key = place.key
            line.link = place.site.link if place.site else "UNKNOWN"
            yield line
    for line in _about_alert(facts):
        line.tier = 99
        line.link = "ALERT"
        yield line


def _about(place: Place, facts: Facts) -> Iterator[Line]:
    yield _first_responsible(place)
    yield from (_told(d, Column.OPERATOR) for d in place.deliveries)
    yield _supervises(place, facts)
    yield from _permitted(place, facts)
    yield _inspected(place, facts)
    yield from _certified(place)
    yield from (_late(duty) for duty in place.late)
    yield from _government(place)


def _line(
    column: Column, deed: Deed, sentence: str, evidence: tuple[str, object], **values: object
) -> Line:
    return Line(
        column=column,
        deed=deed,
        sentence=sentence,
        values=values,
        evidence_type=evidence[0],
        evidence_id=str(evidence[1]),
    )


def both(name: str, thing: object) -> dict[str, object]:
    """A name in both languages, as two values of a sentence."""
    zh, en = getattr(thing, "name_zh", ""), getattr(thing, "name_en", "")
    return {f"{name}_zh": zh, f"{name}_en": en}


def deed_of(duty: Duty) -> dict[str, object]:
    """The deed of a duty in both languages, as the law's pack words it."""
    rule = duty.rule
    return {"deed_zh": rule.zh if rule else duty.deed, "deed_en": rule.en if rule else duty.deed}


def _first_responsible(place: Place) -> Line:
    if place.site is None:
        line = _line(
            Column.OPERATOR,
            Deed.FIRST_RESPONSIBLE,
            "unregistered",
            ("site_key", place.key),
            site=place.key,
        )
        line.doubtful = True
        return line
    operator = place.site.operator
    return _line(
        Column.OPERATOR,
        Deed.FIRST_RESPONSIBLE,
        "first_responsible",
        ("subjects.operator", operator.pk),
        person=operator.first_responsible,
        **both("operator", operator),
    )


def _supervises(place: Place, facts: Facts) -> Line:
    found = place.supervision
    if found is None:
        line = _line(
            Column.OFFICE,
            Deed.SUPERVISES,
            "no_supervision",
            ("subjects.site", place.site.pk) if place.site else ("site_key", place.key),
            on=facts.on.isoformat(),
        )
        line.doubtful = True
        return line
    line = _line(
        Column.OFFICE,
        Deed.SUPERVISES,
        "supervises",
        ("subjects.site", found.site_id),
        officer=found.officer.user.display_name,
        since=found.since.isoformat(),
        **both("office", found.office),
    )
    line.office, line.officer = found.office, found.officer.user
    return line


def _permitted(place: Place, facts: Facts) -> Iterator[Line]:
    standing = place.standing
    if place.site is None or standing is None:
        return
    for instrument in standing.instruments:
        line = _line(
            Column.OFFICE,
            Deed.PERMITTED,
            "permitted",
            ("permits.instrument", instrument.pk),
            number=instrument.number,
            instrument_zh=standing.type_names[instrument.type_code].zh,
            instrument_en=standing.type_names[instrument.type_code].en,
            to=instrument.valid_to.isoformat() if instrument.valid_to else "—",
            **{"from": instrument.valid_from.isoformat()},
            **both("office", instrument.accountable_office),
        )
        line.office = instrument.accountable_office
        yield line
    if standing.missing_types:
        names = [standing.type_names[code] for code in standing.missing_types]
        line = _line(
            Column.OFFICE,
            Deed.PERMITTED,
            "no_permit",
            ("subjects.site", place.site.pk),
            on=facts.on.isoformat(),
            missing_zh="、".join(name.zh for name in names),
            missing_en=", ".join(name.en for name in names),
        )
        line.doubtful = True
        yield line


def _inspected(place: Place, facts: Facts) -> Line:
    sample = place.sample
    if sample is None:
        line = _line(
            Column.OFFICE,
            Deed.INSPECTED,
            "never_inspected",
            ("subjects.site", place.site.pk) if place.site else ("site_key", place.key),
            on=facts.on.isoformat(),
        )
        line.doubtful = True
        return line
    officers = [sample.drawn_by, sample.second_officer]
    line = _line(
        Column.OFFICE,
        Deed.INSPECTED,
        "inspected",
        ("sampling.sample", sample.pk),
        on=day(sample.drawn_at),
        officers=" / ".join(officer.display_name for officer in officers if officer),
        number=sample.number,
    )
    line.office, line.officer, line.at = sample.office, sample.drawn_by, sample.drawn_at
    return line


def _certified(place: Place) -> Iterator[Line]:
    for report in place.reports:
        outcomes = sorted({result.get_outcome_display() for result in report.results.all()})
        line = _line(
            Column.OFFICE,
            Deed.CERTIFIED,
            "certified",
            ("sampling.testreport", report.pk),
            number=report.number,
            person=report.signed_by.display_name if report.signed_by else "—",
            on=day(report.signed_at),
            outcome=" / ".join(outcomes),
        )
        line.office, line.officer, line.at = report.laboratory, report.signed_by, report.signed_at
        yield line


def _late(duty: Duty) -> Line:
    column = Column.OPERATOR if duty.operator_ref else Column.OFFICE
    line = _line(
        column,
        Deed.LATE,
        "late_done" if duty.done_at else "late_open",
        ("duties.duty", duty.pk),
        due=day(duty.due_at),
        done=day(duty.done_at),
        **deed_of(duty),
    )
    line.office, line.officer, line.at = duty.office, duty.officer, duty.due_at
    line.doubtful = True
    return line


def _told(delivery: Delivery, column: Column) -> Line:
    notice = delivery.notice
    sentence = "not_served"
    if delivery.served_at is not None:
        sentence = "knew" if delivery.acknowledged_at is None else "acknowledged"
    line = _line(
        column,
        Deed.KNEW,
        sentence,
        ("notices.notice", delivery.notice_id),
        party=delivery.addressee_name,
        on=day(delivery.served_at),
        ack=day(delivery.acknowledged_at),
        notice_zh=f"《{notice.title_zh}》{notice.number}",
        notice_en=f"“{notice.title_en}” {notice.number}",
    )
    line.at = delivery.served_at
    line.doubtful = delivery.served_at is None
    return line


def _government(place: Place) -> Iterator[Line]:
    found = place.government
    if found is None:
        return
    line = _line(
        Column.GOVERNMENT,
        Deed.OVERALL,
        "overall" if found.head else "overall_nobody",
        ("offices.office", found.office.pk),
        officer=found.head.user.display_name if found.head else None,
        **both("office", found.office),
    )
    line.office = found.office
    line.officer = found.head.user if found.head else None
    yield line


def _about_alert(facts: Facts) -> Iterator[Line]:
    for delivery in facts.deliveries:
        yield _told(delivery, _column_of(facts.told.get(delivery.addressee_id)))
    for duty in facts.duties:
        if duty.due_at < (duty.done_at or facts.now):
            yield _late(duty)


def _column_of(office: Office | None) -> Column:
    if office is None:
        return Column.OPERATOR
    line = office.department.line
    return Column.GOVERNMENT if line in {"GOVERNMENT", "TERRITORIAL"} else Column.OFFICE
