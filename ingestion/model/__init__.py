"""The models: dbt's runs, what a build takes in, and the marts as known on a date."""
