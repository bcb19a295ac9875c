"""Lays an installation out for the storm and prints what its clients need, as JSON.

`python -m tests.crash.ground DIR`: the tiny county, five failing reports that wait for a
signature, and a bearer token for somebody at every firm.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from zhian.kernel.command_line import open_data

# (product of the world, company whose lot it is, lot): all of them lie at the beverage maker
MORE_SAMPLES = (
    ("dairy/1", "dairy", "RP-001"),
    ("mixer0/1", "mixer0", "K01"),
    ("mixer0/1", "mixer0", "K02"),
    ("mixer0/1", "mixer0", "B001"),
)


def lay(data: Path) -> dict[str, Any]:
    """Seed, draft the reports, hand out the tokens."""
    open_data(data)
    from config.demo import people
    from config.demo import seed as seeding
    from config.serve import lay_out
    from zhian.kernel import clock, outbox

    lay_out(people.PASSWORD, divisions=True)
    seeded = seeding.seed("tiny", clock.today(), lambda _text: None)
    reports = [seeded.report.pk, *(_draft(seeded, number) for number in range(len(MORE_SAMPLES)))]
    outbox.drain()
    return {
        "reports": reports,
        "tokens": _tokens(seeded.register.operator),
        "capturer": seeded.register.operator["dairy"],
        "site": seeded.world.firms["dairy"].site,
        "prefix": seeded.world.firms["dairy"].prefix,
    }


def _draft(seeded: Any, number: int) -> int:
    """One more failing sample, taken yesterday, with its report."""
    from config.demo import names
    from config.demo import seed as seeding
    from zhian.kernel import clock

    product, owner, lot = MORE_SAMPLES[number]
    at = clock.now() - timedelta(days=2)
    with clock.at(at):
        sample = seeding._draw(
            seeded.register, seeded.staff, "mixer0",
            names.lgtin(seeded.world.firms[owner].prefix, 1, lot),
            seeded.world.today - timedelta(days=70), 910_000 + number,
            product=product, routine=False,
        )  # fmt: skip
    return seeding._tested(seeded.staff, sample, at, seeding.melamine("48.1")).pk


def _tokens(operators: dict[str, int]) -> dict[int, str]:
    """A bearer token of a clerk of every firm."""
    from zhian.foundation.offices import selectors as offices
    from zhian.foundation.offices import services as office_services
    from zhian.foundation.offices.vocabulary import UserKind
    from zhian.registry.subjects import services as register

    admin = offices.user_by_name("admin")
    assert admin is not None
    tokens = {}
    for operator in operators.values():
        clerk = office_services.create_user(
            acting_user=admin,
            username=f"op{operator}",
            display_name=f"op{operator}",
            kind=UserKind.OPERATOR,
        )
        register.add_clerk(acting_user=admin, user_id=clerk.pk, operator_id=operator, role="R01")
        _token, raw = office_services.issue_token(
            acting_user=clerk, user_id=clerk.pk, label="storm"
        )
        tokens[operator] = raw
    return tokens


if __name__ == "__main__":
    sys.stdout.write(json.dumps(lay(Path(sys.argv[1]))) + "\n")
