"""Lists of organisations beside what is there: which is which, what is odd about one, what would come of it."""
