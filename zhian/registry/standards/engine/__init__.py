"""The verdict engine: printed results and limits in, a verdict with its proof out. No Django."""
