"""Compiled programs on disk: kept where they may be, read by the next process, never in anybody's way."""

import os
import subprocess
import sys
import time
import warnings

import jax
import pytest

import bouton
from bouton import _cache

PLACE, SHORTEST = "JAX_COMPILATION_CACHE_DIR", "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"
needs_owners = pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners and modes on this system")


@pytest.fixture
def home(tmp_path):
    """A user's cache of its own; environment, jax's settings and filters of warnings are put back."""
    environment = dict(os.environ)
    settings = {name.lower(): getattr(jax.config, name.lower()) for name in (PLACE, SHORTEST)}
    for name in (PLACE, SHORTEST, _cache.SWITCH):
        os.environ.pop(name, None)
    os.environ["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    jax.config.update(PLACE.lower(), None)
    with warnings.catch_warnings():
        yield tmp_path / "cache" / "bouton"
    os.environ.clear()
    os.environ.update(environment)
    for name, value in settings.items():
        jax.config.update(name, value)


def test_programs_are_kept_in_a_private_folder_named_for_jaxlib_and_cpu(home):
    folder = bouton.keep_compiled()
    assert folder == _cache.cache_folder()
    assert folder.parent == home / "compiled"
    assert folder.name.startswith(f"{jax.lib.__version__}-")
    assert folder.is_dir()
    if hasattr(os, "getuid"):
        assert [part.stat().st_mode & 0o777 for part in (folder, folder.parent)] == [0o700, 0o700]
    assert jax.config.jax_compilation_cache_dir == os.environ[PLACE] == str(folder)
    assert jax.config.jax_persistent_cache_min_compile_time_secs == 0
    assert os.environ[SHORTEST] == "0"
    # Once more: the folder that jax was given is bouton's own.
    assert bouton.keep_compiled() == folder
    assert _cache.why_not_kept() == ""


@pytest.mark.usefixtures("home")
def test_another_cpu_has_another_folder(monkeypatch):
    here = _cache.cache_folder()
    assert here == _cache.cache_folder()
    monkeypatch.setattr(_cache, "_cpu", lambda: "another one")
    assert _cache.cache_folder() != here


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no", "false"])
def test_the_switch_turns_it_off(home, word):
    os.environ[_cache.SWITCH] = word
    assert bouton.keep_compiled() is None
    assert _cache.why_not_kept() == "BOUTON_COMPILE_CACHE says so"
    assert not home.exists()
    assert jax.config.jax_compilation_cache_dir is None
    assert PLACE not in os.environ


@pytest.mark.parametrize("word", ["", "on", "1"])
@pytest.mark.usefixtures("home")
def test_other_words_leave_it_on(word):
    os.environ[_cache.SWITCH] = word
    assert bouton.keep_compiled() is not None


def test_a_cache_of_your_own_is_left_alone(home, tmp_path):
    os.environ[PLACE] = str(tmp_path / "own")
    assert bouton.keep_compiled() is None
    assert _cache.why_not_kept() == f"jax was given {tmp_path / 'own'} as {PLACE}"
    assert os.environ[PLACE] == str(tmp_path / "own")
    del os.environ[PLACE]
    jax.config.update(PLACE.lower(), str(tmp_path / "told"))
    assert bouton.keep_compiled() is None
    assert jax.config.jax_compilation_cache_dir == str(tmp_path / "told")
    assert not home.exists()


@pytest.mark.usefixtures("home")
def test_your_own_threshold_is_left_alone():
    os.environ[SHORTEST] = "2.5"
    assert bouton.keep_compiled() is not None
    assert os.environ[SHORTEST] == "2.5"
    assert jax.config.jax_persistent_cache_min_compile_time_secs == 2.5


@needs_owners
@pytest.mark.parametrize("part", ["", "compiled", "deepest"])
def test_a_folder_that_others_may_write_into_is_not_used(home, part):
    folder = _cache.cache_folder() if part == "deepest" else home / part
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    assert bouton.keep_compiled() is None
    assert _cache.why_not_kept() == (
        f"{folder} belongs to somebody else or may be written by others: remove it, or chmod go-w"
    )


@needs_owners
def test_somebody_elses_folder_is_not_used(home, monkeypatch):
    home.mkdir(parents=True)
    monkeypatch.setattr(os, "getuid", lambda: home.stat().st_uid + 1)
    assert "belongs to somebody else" in _cache.why_not_kept()


def test_a_file_in_its_place_is_no_error(home):
    home.parent.mkdir()
    home.write_text("")
    assert bouton.keep_compiled() is None
    assert "there is no place for them" in _cache.why_not_kept()


@pytest.mark.usefixtures("home")
def test_a_folder_that_cannot_be_written_is_not_used(monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert bouton.keep_compiled() is None
    assert _cache.why_not_kept().endswith("cannot be written")


def test_no_home_is_no_error(home, monkeypatch):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(_cache, "user_cache", nowhere)
    assert bouton.keep_compiled() is None
    assert "Could not determine home directory" in _cache.why_not_kept()
    assert not home.exists()


def entry(folder, name, days, size=10):
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(b"x" * size)
    at = time.time() - days * 86400
    os.utime(file, (at, at))
    return file


def test_old_programs_are_forgotten_those_of_other_releases_too(home):
    folder = _cache.cache_folder()
    old = [entry(folder, "old", 31), entry(home / "compiled" / "0.0.1-abc", "old", 40)]
    young = [entry(folder, "young", 29), entry(home / "compiled" / "0.0.1-abc", "young", 1)]
    elsewhere = entry(home / "data", "old", 400)
    folder.chmod(0o700)
    bouton.keep_compiled()
    assert not any(file.exists() for file in old)
    assert all(file.exists() for file in [*young, elsewhere])


def test_the_oldest_programs_go_where_there_are_too_many(home, monkeypatch):
    monkeypatch.setattr(_cache, "_BYTES", 25)
    files = [entry(_cache.cache_folder(), f"day {day}", day) for day in (3, 1, 2)]
    bouton.keep_compiled()
    assert [file.exists() for file in files] == [False, True, True]
    assert home.exists()


def test_links_are_not_followed_when_forgetting(home, tmp_path):
    outside = entry(tmp_path / "outside", "old", 400)
    (home / "compiled").mkdir(parents=True)
    (home / "compiled" / "link").symlink_to(tmp_path / "outside")
    bouton.keep_compiled()
    assert outside.exists()


PROGRAM = """
import bouton
print(bouton.keep_compiled() is not None)
import jax, numpy as np
seen = []
jax.monitoring.register_event_listener(lambda name, **rest: seen.append(name.rpartition("/")[2]))
circuit = bouton.similarity.SNMFNetwork(6, 3)
rows = np.random.default_rng(0).uniform(size=(50, 6)).astype(np.float32)
run = bouton.run(circuit, rows, key=jax.random.key(0))
print(seen.count("cache_hits"), seen.count("cache_misses"))
print(np.asarray(run.state.feedforward).tobytes().hex())
"""


@pytest.mark.thorough
def test_the_next_process_reads_what_was_kept_and_bears_with_damage(home):
    """The same bits, too, whether compiled or read."""

    def process():
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, env=dict(os.environ)
        )
        assert done.returncode == 0, done.stderr
        kept, counts, result = done.stdout.split("\n")[:3]
        assert kept == "True"
        hits, misses = map(int, counts.split())
        return hits, misses, result

    hits, misses, compiled = process()
    assert hits == 0
    assert misses > 0
    again = process()
    assert again == (misses, 0, compiled)
    entries = [file for file in _cache.cache_folder().iterdir() if file.name.endswith("-cache")]
    assert len(entries) == misses
    for k, file in enumerate(entries):
        file.write_bytes(b"" if k % 2 else b"damaged" + file.read_bytes()[:100])
    assert process()[2] == compiled
    assert home.exists()
