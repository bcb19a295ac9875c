"""Reading, judging and naming EPCIS 2.0 documents; pure Python, no Django, no database."""
