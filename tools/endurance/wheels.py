"""A wheel built twice has one hash, and installs without extras on each Python."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["measure"]

ROOT = Path(__file__).parents[2]
PYTHONS = tuple(os.environ.get("BOUTON_PYTHONS", sys.executable).split(os.pathsep))
TRY = (
    "import bouton, jax; c = bouton.similarity.SNMFNetwork(3, 2); c.init(jax.random.key(0)); print(bouton.__version__)"
)


def _built(folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        ".",
    ]
    subprocess.run(command, cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def measure(work: Path, done: int) -> Iterator[str]:
    """Yield what went wrong: two builds, then an installation on each Python that BOUTON_PYTHONS names."""
    shutil.rmtree(work, ignore_errors=True)
    wheels = [_built(work / name) for name in ("first", "second")]
    digests = {hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in wheels}
    if done < 1:
        yield "" if len(digests) == 1 else "two builds of a wheel differ"
    for python in PYTHONS[max(done - 1, 0) :]:
        home = work / f"venv-{PYTHONS.index(python)}"
        subprocess.run([python, "-m", "venv", str(home)], check=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done_ = subprocess.run([*pip, str(wheels[0])], capture_output=True, text=True)
        if done_.returncode:
            yield f"{python}: {done_.stderr[-300:]}"
            continue
        ran = subprocess.run([str(home / "bin" / "python"), "-c", TRY], capture_output=True, text=True, cwd=work)
        shutil.rmtree(home)
        yield "" if ran.returncode == 0 else f"{python}: {ran.stderr[-300:]}"
