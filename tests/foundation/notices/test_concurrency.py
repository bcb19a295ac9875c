"""Two officers who issue at the same moment never get the same number."""

import threading

import pytest
from django.db import connections

from tests.casting import Cast
from zhian.foundation.notices import services
from zhian.foundation.notices.models import Notice
from zhian.foundation.notices.vocabulary import Addressee, AddresseeKind, NoticeKind
from zhian.foundation.offices.models import User

EACH = 5


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_the_same_moment_are_gapless(cast: Cast) -> None:
    gate = threading.Barrier(4)
    failed: list[Exception] = []
    shop = Addressee(AddresseeKind.OPERATOR, 7, "便民超市")

    def write(user: User) -> None:
        gate.wait()
        try:
            for _one in range(EACH):
                services.issue(
                    acting_user=user,
                    kind=NoticeKind.STOP_SALE,
                    subject=cast.county,
                    title_zh="责令停止销售",
                    title_en="Stop sale",
                    body_zh="正文",
                    body_en="Text",
                    addressees=[shop],
                )
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    people = (cast.wang, cast.li, cast.head, cast.wang)
    threads = [threading.Thread(target=write, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed
    serials = sorted(Notice.objects.values_list("serial", flat=True))
    assert serials == list(range(1, 4 * EACH + 1))
