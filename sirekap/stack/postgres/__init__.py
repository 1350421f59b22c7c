"""PostgreSQL: its programs, where its data may live, and its life as a part of the stack."""
