"""What every compiled function of the index shares."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F, compiler: Callable[..., Any] = numba.njit) -> F:
    """Compile for machine code that lets other threads run; kept on disk where that is allowed.

    A user who may write neither beside the sources nor in a home compiles anew in each process.
    """
    try:
        return cast(F, compiler(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(F, compiler(nogil=True)(function))


@kernel
def whole(number: Any) -> int:
    """A signed whole number: unsigned and signed ones together would become a float."""
    return np.int64(number)  # type: ignore[return-value]
