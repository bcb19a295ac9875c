"""EPCIS in XML: versions 2.0, 1.2 and 1.1 read into the JSON form of 2.0, and written from it."""
