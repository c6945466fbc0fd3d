"""`make run`: brings the whole portal up on one machine, watches over it, and takes it down cleanly.

Until the virtual environment exists only the standard library may be imported (see __main__).
"""
