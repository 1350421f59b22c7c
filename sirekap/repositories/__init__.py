"""One class a family of tables; the only places with SQL for it."""
