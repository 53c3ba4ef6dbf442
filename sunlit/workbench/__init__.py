"""The site that staff work on: what waits, writing, reviewing, releasing, taking down."""
