"""Looking again through what is public: what slipped through, or what newer rules find in it."""
