"""What happens to a file before it is kept: typed, held against what no honest file does, cleaned, scanned."""
