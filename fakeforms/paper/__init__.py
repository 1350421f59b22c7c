"""Paper: the printed sheet as a vector PDF, and the same sheet as pixels."""
