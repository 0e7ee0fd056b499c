"""Broadsheet: raw news-article text in, Parquet that analysts can trust out."""

__version__ = "0.1.0"
