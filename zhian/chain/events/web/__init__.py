"""Pages of the event repository."""
