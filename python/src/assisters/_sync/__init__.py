"""The client without ``async``. Made from ``_async`` by ``scripts/make_sync.py``; do not edit."""
