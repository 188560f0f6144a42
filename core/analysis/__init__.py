"""What takes more computing than an answer: made on request, from a session that stays as it is.

Every function here takes the session's values of the moment of the call; telling, asking and undoing may go on.
"""
