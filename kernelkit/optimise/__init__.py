"""Design by criterion: the best kernel among all that meet the moments exactly."""
