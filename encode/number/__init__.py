"""Numbers: rationals, how they are rounded, and how means are taken."""
