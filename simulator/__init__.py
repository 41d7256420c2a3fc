"""gumsim: a system-dynamics policy simulator."""
