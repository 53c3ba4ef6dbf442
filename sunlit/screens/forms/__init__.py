"""The form in which an editor writes a record, made from its kind."""

from sunlit.screens.forms.building import build
from sunlit.screens.forms.inputs import FieldInput, FormView
from sunlit.screens.forms.previewing import preview
from sunlit.screens.forms.reading import Draft, read
from sunlit.screens.forms.stored import as_raw

__all__ = ["Draft", "FieldInput", "FormView", "as_raw", "build", "preview", "read"]
