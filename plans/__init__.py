"""What is asked, of whom, and when: values and rules; no I/O here, loading a pack apart."""
