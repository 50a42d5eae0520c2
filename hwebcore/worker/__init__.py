"""A worker process (IIS: w3wp): boot.py starts it, worker.py is its life, loader.py finds users' types."""
