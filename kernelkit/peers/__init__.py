"""Other libraries, asked the same questions: what their calls answer, measured when it is asked."""
