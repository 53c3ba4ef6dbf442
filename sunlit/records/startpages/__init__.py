"""Start pages of units: what stands at the top of a unit's site, who put it there, and what its columns show."""
