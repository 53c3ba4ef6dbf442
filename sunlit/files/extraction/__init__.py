"""What a file says: its text, part by part, hidden parts included, read in a process with limits."""
