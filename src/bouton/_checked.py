"""The base of all that is built of fields: constructors refuse what the types of the fields do not allow."""

import equinox as eqx

from bouton._fields import check_fields

__all__ = ["Checked"]


class Checked(eqx.Module):
    """A module whose fields are checked when it is made; classes that check more ask for `check_fields` first."""

    def __check_init__(self) -> None:
        check_fields(self)
