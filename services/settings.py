"""Every setting of the product, read once from the environment (prefix `TOANCANH_`) or from `.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings with their defaults; `docs/settings.md` is made from this class."""

    model_config = SettingsConfigDict(env_prefix="TOANCANH_", env_file=".env", extra="ignore", frozen=True)

    database_url: str | None = Field(
        None, description="PostgreSQL address; empty: the private cluster in the data folder"
    )
    data: Path = Field(PROJECT / ".data", description="folder of the private cluster, caches and downloads")
    home: str = Field("68", description="province that opens first: its two-digit code, or VN for the country")
    host: str = Field("127.0.0.1", description="address the server listens on")
    port: int = Field(8000, description="port the server listens on")
    base_url: str = Field(
        "",
        description="public address of the server when it stands behind a proxy; empty: taken from the request",
    )
    workers: int = Field(1, ge=1, description="number of server processes")
    lang: Literal["vi", "en"] = Field("vi", description="language of messages on the command line")
    fill: bool = Field(
        True, description="whether `make run` fills in the demo's older figures beside the running server"
    )
    staff_token: SecretStr | None = Field(
        None, description="token that makes a request one of the staff; empty: only the public reads"
    )
    statement_timeout_ms: int = Field(
        15_000, gt=0, description="longest time one database statement may take, in milliseconds"
    )
    pool_size: int = Field(8, ge=1, description="database connections of one server process")
    tile_cache_mb: int = Field(64, ge=0, description="memory for finished tiles in one server process, in megabytes")
    rate_public: int = Field(
        0, ge=0, description="requests a minute that one address of the public may make; 0: as many as it wants"
    )
    items_limit: int = Field(10_000, ge=1, description="most features one page of items may hold")
    items_file_limit: int = Field(
        200_000, ge=1, description="most features one file of items (CSV, GeoPackage, FlatGeobuf, GeoParquet) may hold"
    )
    jobs_waiting: int = Field(5, ge=1, description="most jobs of one client that may wait or run at a time")
    jobs_keep_h: int = Field(48, ge=1, description="hours that results of jobs are kept")
    basemap: str = Field(
        "",
        description="optional background map: path or address of a PMTiles file, or an XYZ address with {z}/{x}/{y}; "
        "another host must allow requests from this page (CORS)",
    )
    basemap_attribution: str = Field("", description="words of credit that the background map asks for")
    catalogue: Path | None = Field(
        None, description="folder with a province's own files of the indicator catalogue, which go before the product's"
    )
    boundaries_source: str = Field(
        "https://raw.githubusercontent.com/thanglequoc/vietnamese-provinces-database/master/json/geojson",
        description="where published outlines are fetched from: the folder that holds one folder a province",
    )

    boundaries_wait_s: float = Field(
        6.0,
        ge=0,
        description="seconds `make run` waits for published outlines before it keeps the approximate ones; 0: never ask",
    )

    @field_validator("home")
    @classmethod
    def _home(cls, value: str) -> str:
        text = value.strip()
        return "VN" if text.lower() in ("all", "vn", "") else text.zfill(2)
