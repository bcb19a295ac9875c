"""Workbooks of investigators: the All-in-One format and the back/forward request forms."""
