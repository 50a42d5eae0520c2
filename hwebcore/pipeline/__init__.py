"""The two pipelines. Start with contract.py."""
