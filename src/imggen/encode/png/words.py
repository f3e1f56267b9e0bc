"""Eight bytes of an array at once, at any index."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def load_word(typing_context: Any, array: Any, index: Any) -> Any:  # noqa: ARG001
    """The 8 bytes of a 1-D uint8 array from `index` on, as a little-endian uint64. Not checked."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_type, index_type = signature.args
        view = context.make_array(array_type)(context, builder, arguments[0])
        offset = context.cast(builder, arguments[1], index_type, types.intp)
        pointer = builder.gep(view.data, [offset])
        word = ir.IntType(64)
        loaded = builder.load(builder.bitcast(pointer, word.as_pointer()))
        loaded.align = 1
        return loaded

    return types.uint64(array, index), codegen


@intrinsic
def trailing_zeros(typing_context: Any, word: Any) -> Any:  # noqa: ARG001
    """How many low bits of a uint64 are zero; undefined for 0."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return builder.cttz(arguments[0], cgutils.true_bit)

    return types.uint64(types.uint64), codegen


@intrinsic
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:  # noqa: ARG001
    """Have item `index` of a 1-D array fetched into the cache; it need not be there at all."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_type, index_type = signature.args
        view = context.make_array(array_type)(context, builder, arguments[0])
        offset = context.cast(builder, arguments[1], index_type, types.intp)
        pointer = builder.bitcast(builder.gep(view.data, [offset]), cgutils.voidptr_t)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, *[ir.IntType(32)] * 3])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [cgutils.voidptr_t], kind)
        builder.call(fetch, [pointer, *map(ir.IntType(32), (0, 3, 1))])  # to read; all levels; data
        return context.get_dummy_value()

    return types.void(array, index), codegen
