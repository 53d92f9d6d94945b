"""What estimators make of their fields: constructor, constraints, and documentation."""

import inspect

import pytest
from numpydoc.docscrape import ClassDoc
from sklearn.utils._param_validation import Interval

from bouton import CircuitFeatures, estimators
from bouton._fields import range_of
from bouton.estimators import CircuitTransformer, OnlineNSM, OnlineSNMF
from bouton.estimators._declared import KW_ONLY
from bouton.similarity import SNMFNetwork, SNMFState

CONCRETE = [getattr(estimators, name) for name in estimators.__all__ if name != "CircuitTransformer"]


class Named(CircuitTransformer[SNMFNetwork, SNMFState]):
    """A user's own estimator.

    Parameters
    ----------
    forgetting
        Discount of the past.

    Attributes
    ----------
    used_ : int
        How many are in use.
    """

    n_components: int = 4
    _: KW_ONLY
    forgetting: float = 0.9

    def _circuit(self, n_features):
        return SNMFNetwork(n_features, self.n_components, forgetting=self.forgetting)


def test_the_first_field_is_positional_and_the_own_ones_come_first():
    names = list(inspect.signature(OnlineNSM).parameters)
    assert names[:3] == ["n_components", "learning_rate", "learning_rate_decay"]
    assert names[-4:] == ["epochs", "shuffle", "random_state", "verbose"]
    kinds = [parameter.kind for parameter in inspect.signature(OnlineNSM).parameters.values()]
    assert kinds == [inspect.Parameter.POSITIONAL_OR_KEYWORD] + [inspect.Parameter.KEYWORD_ONLY] * (len(names) - 1)
    assert Named(3, forgetting=0.5).get_params()["forgetting"] == 0.5
    with pytest.raises(TypeError, match="unexpected keyword argument 'forgeting'"):
        Named(forgeting=0.5)


def test_constraints_are_the_ranges_of_the_circuits_fields():
    (found,) = Named._parameter_constraints["forgetting"]
    stated = range_of(SNMFNetwork, "forgetting").range
    assert isinstance(found, Interval)
    assert (found.left, found.right, found.closed) == (stated.lower, stated.upper, "right")
    assert str(OnlineSNMF._parameter_constraints["n_components"][0]) == "an int in the range [1, inf)"


def test_a_field_that_nothing_says_the_range_of_is_a_mistake():
    with pytest.raises(TypeError, match="nothing says which numbers"):

        class Unknown(Named):
            novelty: float = 0.5


@pytest.mark.parametrize("kind", CONCRETE, ids=lambda kind: kind.__name__)
def test_every_page_shows_each_parameter_with_its_range_and_default(kind):
    page = ClassDoc(kind)
    parameters = inspect.signature(kind).parameters
    assert [entry.name for entry in page["Parameters"]] == list(parameters)
    for entry in page["Parameters"]:
        default = parameters[entry.name].default
        assert entry.desc, entry.name
        assert entry.type.endswith(f"default={default!r}".replace("'", '"')) or default is inspect.Parameter.empty
    attributes = [entry.name for entry in page["Attributes"]]
    assert {"circuit_", "state_", "n_samples_seen_", "n_features_in_"} <= set(attributes)
    assert len(attributes) == len(set(attributes))
    assert page["Examples"]


def test_documentation_is_that_of_the_nearest_class_that_says_something():
    page = {entry.name: entry for entry in ClassDoc(Named)["Parameters"]}
    assert page["forgetting"].type == "float in (0, 1], default=0.9"
    assert page["epochs"].type == "int, at least 1, default=1"
    assert page["epochs"].desc == ["Number of passes over the data in `fit`."]
    kinds = {entry.name: entry.type for entry in ClassDoc(Named)["Attributes"]}
    assert (kinds["used_"], kinds["circuit_"], kinds["state_"]) == ("int", "SNMFNetwork", "SNMFState")


def test_only_what_has_an_objective_has_a_score():
    assert hasattr(Named(), "transform")
    assert not hasattr(Named(), "score")
    assert hasattr(OnlineSNMF(), "score")
    assert not hasattr(CircuitFeatures(SNMFNetwork), "score")
