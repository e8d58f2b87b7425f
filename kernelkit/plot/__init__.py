"""Figures of kernels, for print and screen: functions that return a matplotlib figure and touch no global state."""
