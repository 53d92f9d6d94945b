"""A process that was forked after JAX had begun refuses to compute, instead of hanging."""

import subprocess
import sys

import jax
import numpy as np
import pytest

import bouton
from bouton import _forked
from bouton.engine import rollout
from bouton.errors import ForkedProcess
from bouton.memory import NearestPattern
from bouton.similarity import SNMFNetwork

ROWS = np.ones((4, 3))
CIRCUIT = SNMFNetwork(3, 2)
ENTRIES = {
    "run": lambda key, state: bouton.run(CIRCUIT, ROWS, key=key),
    "respond": lambda key, state: bouton.respond(CIRCUIT, state, ROWS),
    "rollout": lambda key, state: rollout(CIRCUIT, ROWS, key),
    "fit": lambda key, state: bouton.OnlineSNMF(2).fit(ROWS),
    "memory": lambda key, state: NearestPattern().fit(ROWS),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_asks_first(name, monkeypatch):
    key = jax.random.key(0)
    state = CIRCUIT.init(key)
    monkeypatch.setattr(_forked, "_is_forked", True)
    with pytest.raises(ForkedProcess, match=r"spawn.*loky"):
        ENTRIES[name](key, state)


def test_a_fork_before_the_first_computation_is_no_matter(monkeypatch):
    for began, forked in ((False, False), (True, True)):
        monkeypatch.setattr(_forked, "_is_forked", False)
        monkeypatch.setattr("jax._src.xla_bridge.backends_are_initialized", lambda began=began: began)
        _forked._look()
        _forked._mark()
        assert _forked._is_forked == forked


FORKS = """
import multiprocessing, sys, warnings
import numpy as np, bouton
warnings.simplefilter("ignore")
def learned(seed):
    return bouton.OnlineSNMF(2, rank_penalty=1.0, random_state=seed).fit(np.eye(3)).components_.shape
if __name__ == "__main__":
    if sys.argv[2] == "after":
        learned(0)
    with multiprocessing.get_context(sys.argv[1]).Pool(1) as pool:
        try:
            print(pool.map_async(learned, [1]).get(timeout=120))
        except bouton.errors.ForkedProcess:
            print("refused")
"""


@pytest.mark.thorough
@pytest.mark.parametrize(("how", "when", "found"), [("fork", "after", "refused"), ("fork", "before", "[(2, 3)]"),
                                                     ("spawn", "after", "[(2, 3)]")])  # fmt: skip
def test_processes_that_are_started_learn_or_say_why_not(how, when, found, tmp_path):
    script = tmp_path / "forks.py"
    script.write_text(FORKS)
    done = subprocess.run([sys.executable, script, how, when], capture_output=True, text=True, timeout=200, check=True)
    assert done.stdout.strip() == found
