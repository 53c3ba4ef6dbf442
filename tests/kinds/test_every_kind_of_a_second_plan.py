"""Another place's plan, in another wording and structure, runs on the same code."""

from tests.kinds.walk import *  # noqa: F403

PLAN = "example-county"
