"""Many runs at once, in exact integers."""
