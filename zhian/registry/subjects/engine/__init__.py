"""Pure parts of the register."""
