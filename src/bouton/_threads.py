"""Threads of linear algebra: more than one makes a small product slower, since they wait for each other busily."""

from contextlib import AbstractContextManager, nullcontext

from threadpoolctl import threadpool_limits

__all__ = ["threads_for"]

_WORTH_SHARING = 2**24
"""Multiplications of a product: some milliseconds of one core."""


def threads_for(multiplications: int) -> AbstractContextManager:
    """Return a context in which NumPy's products run on one thread, where they are too small to be shared.

    Parameters
    ----------
    multiplications : int
        Of the largest product within. The limit is that of the process while the context lasts, and is taken back.
    """
    if multiplications >= _WORTH_SHARING:
        return nullcontext()
    return threadpool_limits(1, user_api="blas")
