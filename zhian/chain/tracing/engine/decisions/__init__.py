"""What decisions need of a trace: what-if, next request, contradictions, gaps, differences."""
