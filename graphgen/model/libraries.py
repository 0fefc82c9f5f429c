"""C libraries by the system's own list alone, without asking a compiler for them."""

import ctypes.util
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["without_compilers"]

_COMPILERS = ("_findLib_gcc", "_findLib_ld")


@contextmanager
def without_compilers() -> Iterator[None]:
    """In this context packages are imported that look for C libraries under several names.

    For a name that the system's list lacks, ctypes starts gcc and then ld: a second and more for
    cairo and Pango, and temporary files that stay when that is broken off.

    Source: `ctypes.util.find_library`.
    """
    before = {name: getattr(ctypes.util, name, None) for name in _COMPILERS}
    for name in _COMPILERS:
        setattr(ctypes.util, name, lambda library: None)
    try:
        yield
    finally:
        for name, finder in before.items():
            setattr(ctypes.util, name, finder)
