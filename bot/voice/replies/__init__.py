"""What is said to be answered: the guide's questions, polls, what a reply may say."""
