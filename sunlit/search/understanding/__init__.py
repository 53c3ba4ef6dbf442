"""What a reader means by what they type: pure functions from a text and a lexicon to what an engine is asked."""
