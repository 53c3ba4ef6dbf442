"""Pages for people about the intake, and its description."""
