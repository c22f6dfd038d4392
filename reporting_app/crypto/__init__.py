"""Bytes in, bytes out. Knows no framework, no database and no clock. Normative text: docs/protocol.md."""
