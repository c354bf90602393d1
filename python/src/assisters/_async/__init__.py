"""The client on ``async``/``await``. ``_sync`` is made from this folder by ``scripts/make_sync.py``."""
