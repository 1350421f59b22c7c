"""The role and the database that are ours."""

ROLE = "sirekap"
DATABASE = "sirekap"
