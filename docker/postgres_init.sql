-- Runs once, when the data volume is new: the two databases and their owners, none of them a superuser.
-- Passwords are read from the environment so that they are on no command line.
\getenv warehouse_password CLUB_WAREHOUSE_PASSWORD
\getenv airflow_password CLUB_AIRFLOW_DATABASE_PASSWORD

-- `club migrate` makes the login roles of the loader, dbt, the analysts and the BI tool.
create role club_admin login createrole password :'warehouse_password';
create role airflow login password :'airflow_password';

create database warehouse owner club_admin;
create database airflow owner airflow;

-- An analyst's login has no business in Airflow's metadata.
revoke all on database airflow from public;
