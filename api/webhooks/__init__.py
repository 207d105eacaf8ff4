"""Webhooks: telling another server that a job has ended — signed, again until it hears, and never inside the house."""
