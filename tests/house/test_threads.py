"""Small products of NumPy run on one thread, and the limit is taken back."""

import numpy as np
import threadpoolctl

from bouton._threads import threads_for


def _threads():
    return {pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"}


def test_small_products_run_on_one_thread_and_large_ones_as_before():
    np.eye(2) @ np.eye(2)
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        before = _threads()
        with threads_for(100**3):
            assert _threads() == {1}
        assert _threads() == before
        with threads_for(1000**3):
            assert _threads() == before
