"""What moved where: the EPCIS 2.0 repository."""
