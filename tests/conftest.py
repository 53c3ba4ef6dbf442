"""What every test may lean on: the plan of Suining, its units, and people with a role."""
