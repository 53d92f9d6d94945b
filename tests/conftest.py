"""Strictness for every test: types and shapes checked, no silent broadcasting, no silent promotion, no warnings."""

import gc
import os
from pathlib import Path

import threadpoolctl
from jaxtyping import install_import_hook

# The command line would go on to use the user's own cache for the rest of the process; other processes write there.
os.environ.setdefault("BOUTON_COMPILE_CACHE", "off")
# Workers share the cores; threads of linear algebra wait busily, and small problems take up to twenty times as long.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # for what is loaded from here on, other processes included
threadpoolctl.threadpool_limits(int(os.environ["OPENBLAS_NUM_THREADS"]), user_api="blas")  # plugins may load NumPy

# `make test` compiles without optimising, as most programs of tests run once; `make check` compiles as users do.
if os.environ.get("BOUTON_TEST_PROGRAMS") == "plain":
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_backend_optimization_level=0".strip()

import bouton  # noqa: E402, F401  (makes loops fold: before anything is computed)

# Before the rest of the package is imported: every annotated argument and result is checked at run time.
install_import_hook("bouton", "tests_typechecker.checked")

import hypothesis  # noqa: E402
import jax  # noqa: E402
import jaxtyping  # noqa: E402
import pytest  # noqa: E402

import compiled_programs  # noqa: E402
import tiers  # noqa: E402

# The same examples in every run, and as much time as compiling takes.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, max_examples=50)
hypothesis.settings.load_profile("house")
jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_numpy_dtype_promotion", "strict")
compiled_programs.keep()


@pytest.fixture
def float64():
    """Double precision inside one test."""
    with jax.enable_x64(True):
        yield


@pytest.fixture
def unchecked():
    """Without the run-time type checker: for tests of what users who have none are told."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


_LOOK_EVERY, _MOST_MAPPINGS = 20, 40_000
_teardowns = 0


def pytest_runtest_teardown():
    """Let go of compiled programs before they use up the 65,530 mappings of memory that Linux grants a process.

    A process that has compiled some thousand programs would crash in the compiler.
    """
    global _teardowns
    _teardowns += 1
    maps = Path("/proc/self/maps")
    if _teardowns % _LOOK_EVERY or not maps.exists():
        return
    if maps.read_bytes().count(b"\n") > _MOST_MAPPINGS:
        jax.clear_caches()
        gc.collect()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    tiers.mark_thorough_tests(items)
