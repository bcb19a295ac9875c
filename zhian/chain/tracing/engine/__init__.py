"""The trace engines: pure Python without Django; each keeps a slow obvious twin for the tests."""
