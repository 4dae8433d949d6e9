"""The pictures, one a file: each draws on a figure it is given.

To add one, write its file with a `PICTURE` and name it in `reports.gallery`.
"""
