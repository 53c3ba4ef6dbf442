"""The publishing engine: typed, reviewed, revisioned, always with a trace."""
