"""The mass balance adds up for every cut, whatever happens (T9)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from zhian.response.recalls.engine.balance import Account, Balance, summed, unattributed

masses = st.integers(0, 1000).map(Decimal)


def balance_of(account: Account) -> Balance:
    """One holder's line, the obvious way."""
    silent = not account.acknowledged
    return Balance(
        holders=1,
        acknowledged=int(account.acknowledged),
        recalled_kg=account.ordered_kg,
        returned_in_kg=account.returned_in_kg,
        returned_out_kg=account.returned_out_kg,
        destroyed_kg=account.destroyed_kg,
        reappeared_kg=account.reappeared_kg,
        never_acknowledged_kg=account.missing_kg if silent else Decimal(0),
        unproven_kg=Decimal(0) if silent else account.missing_kg,
        surplus_kg=account.surplus_kg,
    )


accounts = st.lists(
    st.builds(Account, st.booleans(), masses, masses, masses, masses, masses), max_size=12
)


@given(accounts, masses)
def test_every_cut_and_the_total_hold(drawn: list[Account], stray: Decimal) -> None:
    lines = [balance_of(one) for one in drawn]
    known = summed(lines)
    assert all(line.holds for line in lines)
    assert known.holds
    extra = unattributed(stray, known)
    assert extra.holds
    total = known + extra
    assert total.holds
    assert total.unproven_kg >= 0
    assert total.never_acknowledged_kg >= 0
    assert total.unacknowledged == sum(1 for one in drawn if not one.acknowledged)


def test_the_recall_of_a_thousand_kilograms() -> None:
    """T9: 600 kg acknowledged, 200 destroyed with proof, 150 reappeared."""
    lines = [
        Account(True, Decimal(200), destroyed_kg=Decimal(200)),
        Account(True, Decimal(400), reappeared_kg=Decimal(150)),
        Account(False, Decimal(400)),
    ]
    total = summed(balance_of(one) for one in lines)
    assert total.never_acknowledged_kg == 400
    assert total.unproven_kg == 250
    assert total.recalled_kg == 1000
    nobody = summed([balance_of(lines[0]), balance_of(Account(True, Decimal(400)))])
    assert (nobody + unattributed(Decimal(150), nobody)).unproven_kg == 250
