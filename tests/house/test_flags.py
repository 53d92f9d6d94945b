"""The option that folds loops: set before jax is imported, left alone where it was set, said once where it is late."""

import inspect
import os
import subprocess
import sys
import warnings

import pytest

import bouton
from bouton import _flags

NAME = "xla_cpu_small_while_loop_byte_threshold"


@pytest.fixture
def before(monkeypatch):
    """A release of jax that folds no learning loop by itself, no option, and nothing said yet."""
    monkeypatch.setattr(_flags, "version", lambda name: "0.10.2")
    monkeypatch.setattr(_flags, "_warned", False)
    monkeypatch.setenv("XLA_FLAGS", "")


@pytest.mark.usefixtures("before")
def test_after_jax_nothing_changes_and_a_warning_says_so_once():
    # Without the run-time type checker of the tests, which stands between caller and function.
    fold_loops = inspect.unwrap(bouton.fold_loops)
    with pytest.warns(UserWarning, match=r"call bouton.fold_loops\(\) before importing jax") as caught:
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
    monkeypatch.setattr(_flags, "version", lambda name: release)
    assert _flags.loops_are_folded() is folded


@pytest.mark.usefixtures("before")
def test_other_options_are_kept(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "--xla_dump_to=there")
    monkeypatch.delitem(sys.modules, "jax")
    assert bouton.fold_loops() is True
    assert os.environ["XLA_FLAGS"] == f"--xla_dump_to=there {_flags.LOOP_OPTION}"
    # Once more: it is there already.
    assert bouton.fold_loops() is True
    assert os.environ["XLA_FLAGS"] == f"--xla_dump_to=there {_flags.LOOP_OPTION}"


def test_jax_accepts_the_option():
    program = "import bouton; print(bouton.fold_loops()); import jax; print(jax.jit(lambda x: x + 1)(1))"
    environment = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.split() == ["True", "2"]
