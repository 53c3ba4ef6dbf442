"""The plan language: loading, checking, comparing and storing a city's plan."""
