"""The peer's side of the comparison of cables: run by an interpreter that has NEURON and no bouton.

    python neuron_worker.py COUNTS TIME_STEP DURATION   prints JSON: peaks, and CPU seconds of one run

The schematic pyramidal neuron of 271 compartments, implicit Euler steps, its synapses a mechanism of its own whose
conductances are functions of time. COUNTS are numbers of synapses with commas, activated at 10 ms.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MECHANISM = """
NEURON {
  POINT_PROCESS Glutamate
  RANGE n, onset
  NONSPECIFIC_CURRENT i
}
UNITS { (nA) = (nanoamp) (mV) = (millivolt) (uS) = (microsiemens) }
PARAMETER { n = 0 onset = 10 (ms) }
ASSIGNED { v (mV) i (nA) }
BREAKPOINT {
  i = 1e-3 * n * (0.25 * shape(t - onset, 0.2, 2) + shape(t - onset, 5, 90) / (1 + 0.25 * exp(-0.08 * v))) * v
}
FUNCTION shape(s, r, d) { LOCAL p
  if (s < 0) {
    shape = 0
  } else {
    p = r * d / (d - r) * log(d / r)
    shape = (exp(-s / d) - exp(-s / r)) / (exp(-p / d) - exp(-p / r))
  }
}
"""


def neuron_with(folder):
    """Compile the mechanism in a folder, and return NEURON with it."""
    Path(folder, "glutamate.mod").write_text(MECHANISM, encoding="utf-8")
    compiler = Path(sys.executable).with_name("nrnivmodl")
    subprocess.run([str(compiler)], cwd=folder, capture_output=True, check=True)
    os.chdir(folder)
    from neuron import h

    return h


def cell(h):
    """Return the sections of the neuron, and the synapses of its first basal branch."""

    def section(name, length, diameter, segments, parent=None):
        made = h.Section(name=name)
        made.L, made.diam, made.nseg, made.Ra, made.cm = length, diameter, segments, 100, 1
        made.insert("pas")
        made.g_pas, made.e_pas = 1e-4, -70
        if parent is not None:
            made.connect(parent(1))
        return made

    soma = section("soma", 25, 25, 1)
    basal = [section(f"basal{k}", 200, 0.8, 20, soma) for k in range(8)]
    trunk = section("trunk", 600, 4, 30, soma)
    tuft = [section(f"tuft{k}", 200, 1, 20, trunk) for k in range(4)]
    return [soma, *basal, trunk, *tuft], [h.Glutamate(basal[0]((k + 0.5) / 20)) for k in range(11, 15)]


def main(counts, time_step, duration):
    """Run each number of synapses; print peaks above rest, and the least CPU time of a run."""
    with tempfile.TemporaryDirectory(prefix="bouton-neuron-") as folder:
        h = neuron_with(folder)
        sections, synapses = cell(h)
        local, soma = (h.Vector().record(place._ref_v) for place in (sections[1](13.5 / 20), sections[0](0.5)))
        h.dt, h.secondorder = time_step, 0
        told = {"local": [], "soma": [], "cpu": []}
        for count in counts:
            for place, synapse in enumerate(synapses):
                synapse.n = (count + 3 - place) // 4
            h.finitialize(-70)
            before = time.process_time()
            for _ in range(round(duration / time_step)):
                h.fadvance()
            told["cpu"].append(time.process_time() - before)
            told["local"].append(local.max() + 70)
            told["soma"].append(soma.max() + 70)
        os.chdir("/")
    print(json.dumps(told))


if __name__ == "__main__":
    main([int(count) for count in sys.argv[1].split(",")], float(sys.argv[2]), float(sys.argv[3]))
