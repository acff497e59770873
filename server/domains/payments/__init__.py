"""What was charged."""
