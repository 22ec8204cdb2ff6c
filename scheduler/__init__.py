"""What is due now: a pure planner, a small sweep, and the jobs that a clock wakes."""
