"""What stands behind the messaging port: any SMTP server, or an outbox that a page shows."""
