"""The page: one panel a file. Besides app.py the only place that imports gradio; imports no torch."""
