"""The one door for sight: what a viewer may not see is simply not in the queryset."""

from sunlit.sight.audiences import Audience
from sunlit.sight.fields import SightFields
from sunlit.sight.viewers import Viewer, anonymous, viewer_for, viewer_of
from sunlit.sight.visibility import stubs, visible, workable

__all__ = ["Audience", "SightFields", "Viewer", "anonymous", "stubs", "viewer_for", "viewer_of", "visible", "workable"]
