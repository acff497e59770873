"""What happens after the answer: jobs out of the outbox, actors' reminders. Everything here may happen twice."""
