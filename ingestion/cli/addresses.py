"""The address of the warehouse as the tools of readers take it."""

import shlex
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from sqlalchemy import URL


class AddressForm(StrEnum):
    """Who takes the address."""

    SQLALCHEMY = "sqlalchemy"
    PSQL = "psql"
    JDBC = "jdbc"
    ODBC = "odbc"
    EXCEL = "excel"


def address_text(url: "URL", form: AddressForm) -> str:
    """Write an address for one kind of tool."""
    if form is AddressForm.PSQL:
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        # libpq takes no blank in an address.
        return f"psql {shlex.quote(plain.replace(' ', '%20'))}"
    if form is AddressForm.JDBC:
        options = {"user": url.username, "password": url.password, **url.query}
        return f"jdbc:postgresql://{url.host}:{url.port or 5432}/{url.database}?{urlencode(options)}"
    if form is AddressForm.ODBC:
        return _odbc(url)
    if form is AddressForm.EXCEL:
        return _excel(url)
    return url.render_as_string(hide_password=False)


def _odbc(url: "URL") -> str:
    """Write it for psqlODBC; what ends a value of ODBC or opens a brace is put into braces."""
    parts = {
        "Driver": "PostgreSQL Unicode", "Server": str(url.host), "Port": str(url.port or 5432),
        "Database": str(url.database), "Uid": str(url.username), "Pwd": str(url.password),
    }  # fmt: skip
    if mode := url.query.get("sslmode"):
        parts["SSLmode"] = str(mode)
    braced = {"Driver"} | {name for name, value in parts.items() if set(value) & set(";{}")}
    return "".join(
        f"{name}={{{value.replace('}', '}}')}}};" if name in braced else f"{name}={value};"
        for name, value in parts.items()
    )


def _excel(url: "URL") -> str:
    """Say what Excel and Power BI ask under Get Data, PostgreSQL database; and the same for Power Query."""
    server = f"{url.host}:{url.port or 5432}"
    return "\n".join(
        [
            f"Server    {server}",
            f"Database  {url.database}",
            f"User      {url.username}",
            f"Password  {url.password}",
            f'Query     = PostgreSQL.Database("{server}", "{url.database}")',
        ]
    )
