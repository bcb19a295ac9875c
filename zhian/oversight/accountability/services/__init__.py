"""The writes: build the picture of an alert, decide on a signal."""

from zhian.oversight.accountability.services.signals import decide_signal
from zhian.oversight.accountability.services.traces import build_trace

__all__ = ["build_trace", "decide_signal"]
