"""Pictures of a session: figures are pure functions from a trace, panels put them on a page. Imports no torch."""
