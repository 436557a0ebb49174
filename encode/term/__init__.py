"""Terms: a program on all words of one length."""
