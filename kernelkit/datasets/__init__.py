"""Images with labels to learn from: read, known by their content, found, fetched, and divided."""
