"""SimpleEventQuery of EPCIS 2.0: parameters become a neutral tree of predicates."""
