"""What the firm and its client write to each other, and the firm's people among themselves."""
