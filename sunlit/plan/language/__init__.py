"""The plan language: what may stand in a plan, as strict, frozen models."""

from sunlit.plan.language.document import Document
from sunlit.plan.language.fields import Column, Field
from sunlit.plan.language.kinds import Kind
from sunlit.plan.language.plan import Plan
from sunlit.plan.language.scalars import Label
from sunlit.plan.language.units import Unit

__all__ = ["Column", "Document", "Field", "Kind", "Label", "Plan", "Unit"]
