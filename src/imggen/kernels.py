"""How the inner loops are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import config, njit
from numba.extending import register_jitable


def kernel(function: Callable[..., Any]) -> Any:  # noqa: ANN401  # Numba has no types
    """Compile `function` to machine code that runs without the GIL and is cached on disk.

    Reference counts are left out (Numba's own `_nrt`): for every array of every call they cost
    more than a third of the time. So a kernel allocates nothing; its scratch is handed in.
    """
    return njit(nogil=True, cache=True, _nrt=False)(function)


def compile_packed(kernel: Any, signature: Any) -> None:  # noqa: ANN401  # as above
    """Compile a `kernel` with equal statements on neighbouring values as one vector instruction.

    That is LLVM's SLP vectoriser, which Numba leaves out otherwise: four channels of a pixel are
    then as fast as one. It changes no result.
    """
    config.SLP_VECTORIZE = 1
    try:
        kernel.compile(signature)
    finally:
        config.SLP_VECTORIZE = 0


def called_kernel(function: Callable[..., Any]) -> Any:  # noqa: ANN401  # as above
    """A `kernel` that only kernels call, and seldom: they jump to it."""
    return njit(nogil=True, _nrt=False)(function)


def inner_kernel(function: Callable[..., Any]) -> Any:  # noqa: ANN401  # as above
    """A `kernel` that only kernels call: it is compiled into each of them.

    Numba takes a literal for a type of its own, and compiles for it once more. Where that is long
    and gains nothing, `int64(0)` is passed.
    """
    return njit(nogil=True, _nrt=False, forceinline=True)(function)


def either_kernel(function: Callable[..., Any]) -> Any:  # noqa: ANN401  # as above
    """An `inner_kernel` that Python calls as well: there it is the plain function."""
    return register_jitable(nogil=True, _nrt=False, forceinline=True)(function)
