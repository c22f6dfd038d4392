"""The domain without I/O: what events mean, how a case is folded from them, what each side composes."""
