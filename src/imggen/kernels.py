"""How the inner loops are compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from numba import config, njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.extending import register_jitable

from imggen import kernel_cache

_waiting: list[list[Declared]] = []  # what `postponed` blocks collect, the innermost last


def kernel(function: Callable[..., Any]) -> Any:  # noqa: ANN401  # Numba has no types
    """Compile `function` to machine code that runs without the GIL and is cached on disk.

    Reference counts are left out (Numba's own `_nrt`): for every array of every call they cost
    more than a third of the time. So a kernel allocates nothing; its scratch is handed in.
    `compile_kernel` says for which types.
    """
    made = njit(nogil=True, _nrt=False)(function)
    made._cache = KernelCache(function)  # noqa: SLF001  # as `cache=True` does, with Numba's own
    return made


def compile_kernel(kernel: Any, signature: Any, *, packed: bool = False) -> None:  # noqa: ANN401  # as above
    """Compile a `kernel` for the one signature it has, or load what was compiled before.

    Parameters
    ----------
    packed : with equal statements on neighbouring values as one vector instruction. That is LLVM's
        SLP vectoriser, which Numba leaves out otherwise: four channels of a pixel are then as fast
        as one. It changes no result.
    """
    declared = Declared(kernel, signature, packed)
    if _waiting:
        _waiting[-1].append(declared)
    else:
        declared.compile()


class Declared(NamedTuple):
    """What `compile_kernel` was called with."""

    kernel: Any
    signature: Any
    packed: bool

    @property
    def source(self) -> Path:
        """The file that the kernel is in."""
        return Path(self.kernel.py_func.__code__.co_filename)

    def compile(self) -> None:
        """Compile or load it."""
        config.SLP_VECTORIZE = int(self.packed)
        try:
            self.kernel.compile(self.signature)
        finally:
            config.SLP_VECTORIZE = 0
        self.kernel.disable_compile()  # for other types: that would take long, and at any time


@contextmanager
def postponed() -> Iterator[list[Declared]]:
    """Within the block, kernels that are declared are added to a list, to be compiled later."""
    _waiting.append([])
    try:
        yield _waiting[-1]
    finally:
        _waiting.pop()


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


class KernelLocator(_CacheLocator):  # type: ignore[misc]  # Numba has no types
    """Tells Numba where a kernel is kept, and whether it is as it was."""

    def __init__(self, function: Callable[..., Any], file: str) -> None:
        self._module = function.__module__
        self._file = Path(file)

    @classmethod
    def from_function(cls, function: Callable[..., Any], file: str) -> KernelLocator:
        """The one of a function."""
        return cls(function, file)

    def get_cache_path(self) -> str:
        """The folder."""
        return str(kernel_cache.folder())

    def get_source_stamp(self) -> str:
        """Changes when the kernel may have."""
        return kernel_cache.stamp_of(self._file)

    def get_disambiguator(self) -> str:
        """Tells kernels of the same name apart."""
        return str(self._module)


class KernelCacheImpl(CompileResultCacheImpl):  # type: ignore[misc]  # as above
    """Numba's, with our locator."""

    _locator_classes = (KernelLocator,)


class KernelCache(FunctionCache):  # type: ignore[misc]  # as above
    """Likewise; does without what cannot be kept."""

    _impl_class = KernelCacheImpl

    def save_overload(self, signature: Any, compiled: Any) -> None:  # noqa: ANN401  # as above
        """Keep what was compiled, if there is room for it."""
        with suppress(OSError):
            super().save_overload(signature, compiled)
