"""The club's site: static pages that anybody may read, made of what may leave the club and of nothing else."""

from reporting.site.serve import open_site
from reporting.site.write import write_site

__all__ = ["open_site", "write_site"]
