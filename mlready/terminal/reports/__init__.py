"""Screens of commands that report: values in, renderables out."""
