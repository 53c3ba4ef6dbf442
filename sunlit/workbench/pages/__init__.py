"""What the pages of the workbench hold."""
