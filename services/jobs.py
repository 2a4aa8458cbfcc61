"""Work in the background, queued in PostgreSQL: what runs by the clock and what takes longer than a request."""

from __future__ import annotations

import logging

from procrastinate import App, PsycopgConnector
from sqlalchemy import make_url, text

from layers.indicators.quality_store import refresh as refresh_quality
from layers.indicators.rollup import refresh
from services.database import database_url, engine
from services.settings import Settings

SCHEMA = "jobs"  # procrastinate's tables have a schema of their own
_log = logging.getLogger(__name__)


def job_app(settings: Settings) -> App:
    """Make the queue with its tasks; nothing is global, so that tests may make several."""
    address = make_url(database_url(settings)).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=address, kwargs={"options": f"-c search_path={SCHEMA},public"}))

    @app.periodic(cron="30 2 * * *")
    @app.task(name="maintain", queueing_lock="maintain", lock="maintain")
    def maintain(timestamp: int = 0) -> None:
        """Every night: bring roll-ups, slices and quality in line with the observations, and the planner's knowledge too."""
        _log.info("maintenance of %s", timestamp)
        made = engine(settings)
        with made.begin() as connection:
            refresh(connection)
            refresh_quality(connection)
        with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (ANALYZE)"))
        made.dispose()

    return app
