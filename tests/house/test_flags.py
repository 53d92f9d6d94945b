"""The option that folds loops: set before jax is imported, left alone where it was set, said once where it is late."""

import inspect
import os
import subprocess
import sys
import warnings
from pathlib import Path

import jax
import pytest

import bouton
from bouton import _flags

NAME = "xla_cpu_small_while_loop_byte_threshold"


@pytest.fixture
def before(monkeypatch):
    """A release of jax that folds no learning loop by itself, no option, and nothing said yet."""
    monkeypatch.setattr(_flags, "_version_of_jax", lambda: "0.10.2")
    monkeypatch.setattr(_flags, "_warned", False)
    monkeypatch.setenv("XLA_FLAGS", "")


@pytest.mark.usefixtures("before")
def test_where_jax_computes_nothing_changes_and_a_warning_says_so_once():
    jax.random.key(0)
    # Without the run-time type checker of the tests, which stands between caller and function.
    fold_loops = inspect.unwrap(bouton.fold_loops)
    with pytest.warns(UserWarning, match=r"call bouton.fold_loops\(\), before the first computation") as caught:
        assert fold_loops() is False
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fold_loops() is False
    assert os.environ["XLA_FLAGS"] == ""
    assert not _flags.loops_are_folded()


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize(
    ("flags", "folded"),
    [
        (f"--xla_backend_extra_options={NAME}=1000", False),
        (f"--xla_backend_extra_options={NAME}=65535", False),
        (f"--xla_backend_extra_options={NAME}=65536", True),
        (f"--xla_backend_extra_options=other=1,{NAME}=100000000 --xla_dump_to=x", True),
        # The last setting counts.
        (f"--xla_backend_extra_options={NAME}=100000000 --xla_backend_extra_options={NAME}=5", False),
    ],
)
def test_your_own_threshold_is_left_alone(monkeypatch, flags, folded):
    monkeypatch.setenv("XLA_FLAGS", flags)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert bouton.fold_loops() is folded
    assert _flags.loops_are_folded() is folded
    assert os.environ["XLA_FLAGS"] == flags


@pytest.mark.usefixtures("before")
@pytest.mark.parametrize(("release", "folded"), [("0.10.2", False), ("0.11.9", False), ("0.12.0", True), ("1.0", True)])
def test_later_releases_fold_by_themselves(monkeypatch, release, folded):
    monkeypatch.setattr(_flags, "_version_of_jax", lambda: release)
    assert _flags.loops_are_folded() is folded


def test_the_version_of_jax_is_found_without_importing_it():
    program = "from bouton import _flags; import sys; print(_flags._version_of_jax(), 'jax' in sys.modules)"
    assert _told(f"{program}; import importlib.metadata; print(importlib.metadata.version('jax'))") == [
        jax.__version__, "False", jax.__version__,
    ]  # fmt: skip


def test_importing_bouton_reads_no_metadata():
    assert _told("import bouton, sys; print('importlib.metadata' in sys.modules)") == ["False"]


@pytest.mark.usefixtures("before")
def test_other_options_are_kept(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_dump_to=there")
    monkeypatch.setattr("jax._src.xla_bridge.backends_are_initialized", lambda: False)
    assert bouton.fold_loops() is True
    assert os.environ["XLA_FLAGS"] == f"--xla_dump_to=there {_flags.LOOP_OPTION}"
    # Once more: it is there already.
    assert bouton.fold_loops() is True
    assert os.environ["XLA_FLAGS"] == f"--xla_dump_to=there {_flags.LOOP_OPTION}"


def _told(program: str, **variables: str) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("XLA_FLAGS", _flags.SWITCH)}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, env=environment | variables, check=True)
    return done.stdout.split()


@pytest.mark.thorough
def test_jax_accepts_the_option():
    assert _told("import bouton; print(bouton.fold_loops()); import jax; print(jax.jit(lambda x: x + 1)(1))") == [
        "True", "2",
    ]  # fmt: skip


LOOK = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})\n"
    "from compiled_loops import compiled_text, is_folded\n"
    "print(is_folded(compiled_text(bouton.similarity.SNMFNetwork(40, 20))))"
)


@pytest.mark.parametrize(
    "start",
    [
        "import bouton, jax; jax.random.key(0)",
        # Imported, but nothing was computed yet.
        "import jax, jax.numpy as jnp, equinox; import bouton",
        "from bouton import OnlineSNMF; import bouton",
        "import bouton.cli, bouton",
    ],
)
@pytest.mark.thorough
def test_importing_bouton_folds_loops_where_jax_has_not_computed(start):
    assert _told(f"{start}\n{LOOK}") == ["True"]


def test_the_environment_declines():
    assert _told("import bouton, os; print(os.environ.get('XLA_FLAGS'))", BOUTON_FOLD_LOOPS="off") == ["None"]


@pytest.mark.thorough
def test_a_process_that_computes_is_left_alone_without_a_word():
    program = "import jax; jax.random.key(0)\nimport bouton, os, warnings; print(os.environ.get('XLA_FLAGS'))"
    assert _told(f"import warnings; warnings.simplefilter('error')\n{program}") == ["None"]
