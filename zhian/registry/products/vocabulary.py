"""How a lot's key holds its product's: the class prefix, then the lot."""

LGTIN = "urn:epc:class:lgtin:"
OWN = "urn:zhian:lot:"


def class_prefix_of(lot_key: str) -> str | None:
    """`urn:epc:class:lgtin:CP.ITEM` of a lot key; None for keys of another kind."""
    if not lot_key.startswith(LGTIN):
        return None
    company, _dot, rest = lot_key.removeprefix(LGTIN).partition(".")
    item, dot, _lot = rest.partition(".")
    return f"{LGTIN}{company}.{item}" if dot else None


def own_number_of(lot_key: str) -> int | None:
    """The product's number in a key this platform gave to goods without a class prefix."""
    number = lot_key.removeprefix(OWN).partition(".")[0]
    is_own = lot_key.startswith(OWN) and number.isascii() and number.isdigit() and len(number) < 19
    return int(number) if is_own else None
