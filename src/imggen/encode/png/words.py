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
