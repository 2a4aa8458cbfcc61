"""What the system does: the only part that knows HTTP, jobs, the environment and the command line."""
