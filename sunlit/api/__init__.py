"""What other systems write through, and the desk's pages about them."""
