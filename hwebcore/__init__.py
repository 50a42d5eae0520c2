"""The embedded runtime (IIS: Hostable Web Core). Knows plans, never XML; start with plan.py, then service/ and worker/."""
