"""Numbers that name substances and carry a check digit."""

from stdnum import casrn


def cas_holds(number: str) -> bool:
    """Whether a CAS registry number is well formed and its check digit right."""
    return bool(casrn.is_valid(number))
