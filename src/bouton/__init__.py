"""bouton: local learning, the learning rules and circuits of theoretical neuroscience on one engine.

Topics are imported when they are first used, so that ``import bouton`` itself is instant.
"""

import importlib
from typing import TYPE_CHECKING, Any

from bouton._version import __version__

if TYPE_CHECKING:
    from bouton import (
        data,
        dendrites,
        dynamics,
        engine,
        errors,
        estimators,
        features,
        memory,
        papers,
        plasticity,
        report,
        similarity,
        spiking,
        surprise,
    )
    from bouton._cache import keep_compiled
    from bouton._flags import fold_loops
    from bouton.engine import load, respond, run, save
    from bouton.estimators import (
        CorrelationInvariant,
        DeepFeatures,
        KernelFeatures,
        NonlinearHebbian,
        OnlineCorrelationGame,
        OnlineManifoldTiling,
        OnlineNSM,
        OnlinePrincipalSubspace,
        OnlineSNMF,
        OnlineSourceSeparation,
        OnlineSparseDictionary,
        OnlineWhitening,
        StructuredFeatures,
    )

_HOMES = {
    "fold_loops": "bouton._flags",
    "keep_compiled": "bouton._cache",
    "run": "bouton.engine",
    "respond": "bouton.engine",
    "save": "bouton.engine",
    "load": "bouton.engine",
    "CorrelationInvariant": "bouton.estimators",
    "DeepFeatures": "bouton.estimators",
    "KernelFeatures": "bouton.estimators",
    "NonlinearHebbian": "bouton.estimators",
    "OnlineCorrelationGame": "bouton.estimators",
    "OnlineManifoldTiling": "bouton.estimators",
    "OnlineNSM": "bouton.estimators",
    "OnlinePrincipalSubspace": "bouton.estimators",
    "OnlineSNMF": "bouton.estimators",
    "OnlineSourceSeparation": "bouton.estimators",
    "OnlineSparseDictionary": "bouton.estimators",
    "OnlineWhitening": "bouton.estimators",
    "StructuredFeatures": "bouton.estimators",
}
_TOPICS = (
    "data",
    "dendrites",
    "dynamics",
    "engine",
    "errors",
    "estimators",
    "features",
    "memory",
    "papers",
    "plasticity",
    "report",
    "similarity",
    "spiking",
    "surprise",
)

__all__ = [
    "CorrelationInvariant",
    "DeepFeatures",
    "KernelFeatures",
    "NonlinearHebbian",
    "OnlineCorrelationGame",
    "OnlineManifoldTiling",
    "OnlineNSM",
    "OnlinePrincipalSubspace",
    "OnlineSNMF",
    "OnlineSourceSeparation",
    "OnlineSparseDictionary",
    "OnlineWhitening",
    "StructuredFeatures",
    "__version__",
    "data",
    "dendrites",
    "dynamics",
    "engine",
    "errors",
    "estimators",
    "features",
    "fold_loops",
    "keep_compiled",
    "load",
    "memory",
    "papers",
    "plasticity",
    "report",
    "respond",
    "run",
    "save",
    "similarity",
    "spiking",
    "surprise",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name in _TOPICS:
        return importlib.import_module(f"bouton.{name}")
    raise AttributeError(f"module 'bouton' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
