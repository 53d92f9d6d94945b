"""The published task: a teacher of four neurons on a grid in the plane.

Source: the public code of B. Şimşek et al. (2021), ICML, arXiv:2105.12221.
"""

from typing import Any, NamedTuple

import numpy as np

from bouton._arguments import check_positive
from bouton.errors import InputError
from bouton.landscape.loss import LossLandscape
from bouton.landscape.parameters import Parameters, parameters_of

__all__ = ["TeacherTask", "four_neuron_task"]

_INCOMING = ((0.6, 0.5), (-0.5, 0.5), (-0.2, -0.6), (0.1, -0.6))


class TeacherTask(NamedTuple):
    """A landscape whose minimum is known."""

    landscape: LossLandscape
    teacher: Parameters


def four_neuron_task(spacing: float = 0.25, activation: Any = "logistic") -> TeacherTask:
    """Return the landscape of a teacher of four neurons, without biases, on the grid {-5, ..., 5}^2.

    Parameters
    ----------
    spacing : float, default 0.25
        Of the grid; 1681 samples as published.
    activation : str, NamedActivation or callable, default "logistic"
        Of teacher and students.

    Returns
    -------
    TeacherTask

    Raises
    ------
    InputError
        If the spacing is not positive or does not divide 10, or there is no such activation.

    Examples
    --------
    >>> landscape, teacher = four_neuron_task(1.0)
    >>> landscape.inputs.shape, landscape.value(teacher)
    ((121, 2), 0.0)
    """
    check_positive(spacing=spacing)
    steps = round(10 / spacing)
    if not steps or abs(steps * spacing - 10) > 1e-9:
        raise InputError(f"spacing must divide the side of 10, such as 0.25, 0.5 or 1, got {spacing}")
    ticks = np.linspace(-5, 5, steps + 1)
    inputs = np.array([(x, y) for x in ticks for y in ticks])
    teacher = parameters_of([np.array(_INCOMING), np.ones((1, 4))])
    targets = LossLandscape(inputs, np.zeros(len(inputs)), activation).outputs(teacher)
    return TeacherTask(LossLandscape(inputs, targets, activation), teacher)
