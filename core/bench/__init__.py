"""How long things take, side by side with the plain way, and how near that is to what the machine can do."""
