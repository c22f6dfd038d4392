"""A fictional municipality to try everything on: content, members, sample reports. Not for production."""
