"""Numba compilation of loops for which torch has no vector operation.

The machine code is kept in numba's cache, so that it takes two seconds once
and half a second from then on. One thread each: numba's threads would not
survive the fork of a data loader.
"""
from typing import Callable

import numba


def njit(*signatures: str, reorder: bool = False) -> Callable:
    """Decorator that compiles a function at once, for these signatures.

    float32 stays float32 and nothing is reordered or fused, unless
    ``reorder`` allows it, which makes sums vector instructions.
    """

    def compile_now(function: Callable) -> Callable:
        options = dict(
            nogil=True,
            error_model='numpy',
            fastmath={'reassoc', 'contract'} if reorder else False)
        try:
            return numba.njit(
                list(signatures), cache=True, **options)(
                    function)
        except (RuntimeError, OSError):
            # Neither the package's folder nor the user's cache is writable.
            return numba.njit(list(signatures), **options)(function)

    return compile_now
