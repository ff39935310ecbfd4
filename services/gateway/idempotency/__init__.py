"""What is asked twice is done once: the first answer to a request is kept under its caller's `Idempotency-Key`."""
