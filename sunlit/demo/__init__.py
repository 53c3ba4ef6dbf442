"""A demo city: recipes in the plan directory become published records, the same ones every time.

Recipes are data (``plans/<city>/demo``): they name kinds and units, this package does not.
"""
