"""Images and their labels without a disk, by index."""

import logging

from imggen.compile import compile_kernels

compile_kernels(logging.getLogger(__name__).warning)  # else the next line would, one by one

from imggen.dataset.dataset import Dataset  # noqa: E402

__all__ = ["Dataset"]
