"""The forms in which other authorities and programs ask for a trace."""
