"""The models: runs of dbt, builds of crosswalk and marts, and the marts as known on a date."""
