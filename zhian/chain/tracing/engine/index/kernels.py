"""What every compiled function of the index shares."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F, compiler: Callable[..., Any] = numba.njit) -> F:
    """Compile for machine code that lets other threads run; kept on disk where that is allowed.

    A user who may write neither beside the sources nor in a home compiles anew in each process.
    """
    try:
        return cast(F, compiler(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(F, compiler(nogil=True)(function))


def inlined(function: F) -> F:
    """A kernel that is copied into its callers: handing over arrays takes longer than it runs."""
    return kernel(function, functools.partial(numba.njit, inline="always"))


@kernel
def whole(number: Any) -> int:
    """A signed whole number: unsigned and signed ones together would become a float."""
    return np.int64(number)  # type: ignore[return-value]


def prefetch(array: Any, place: int) -> None:
    """Ask for a place of an array before it is read; as plain Python there is nothing to do."""


@intrinsic
def _fetch(context: Any, array: Any, place: Any) -> Any:  # pragma: no cover - runs in the compiler
    """The machine's own prefetch, into every cache."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        view = context.make_array(kind)(context, builder, arguments[0])
        address = builder.gep(view.data, [arguments[1]])
        raw = builder.bitcast(address, ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        fetch = builder.module.declare_intrinsic(
            "llvm.prefetch",
            [raw.type],
            ir.FunctionType(ir.VoidType(), [raw.type, number, number, number]),
        )
        builder.call(fetch, [raw, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


@overload(prefetch, inline="always")
def _prefetch(array: Any, place: Any) -> Any:  # pragma: no cover - runs in the compiler
    """What compiled functions call."""

    def ask(array: Any, place: Any) -> None:
        _fetch(array, place)  # type: ignore[call-arg]

    return ask
