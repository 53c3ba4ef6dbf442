"""What the workbench answers."""
