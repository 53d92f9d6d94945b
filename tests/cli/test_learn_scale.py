"""`bouton learn` takes data of any scale that can be handled, and refuses the rest in one sentence."""

import numpy as np
import pytest

from bouton.cli import main

ROWS = np.random.default_rng(0).integers(0, 65536, size=(1200, 300)).astype(np.uint16)


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        (ROWS, 0, "learned from 1200 samples"),
        (ROWS * 1e-9, 0, "learned from 1200 samples"),
        (ROWS * 1e-17, 2, "vanishes in float32: rescale the data"),
        (ROWS * 1e8, 2, "is too large for float32: rescale the data"),
    ],
)
@pytest.mark.thorough
def test_the_scale_of_a_file_is_handled_or_refused(tmp_path, capsys, rows, code, said):
    np.save(tmp_path / "rows.npy", rows)
    with pytest.raises(SystemExit) as done:
        main(["learn", str(tmp_path / "rows.npy"), "--components", "4", "--out", str(tmp_path / "m")])
    shown = capsys.readouterr()
    assert done.value.code == code, shown.err
    assert said in shown.out + shown.err
