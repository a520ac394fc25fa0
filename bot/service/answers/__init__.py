"""What is answered when somebody asks."""
