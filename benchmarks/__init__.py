"""Measurements that print their results and judge nothing."""
