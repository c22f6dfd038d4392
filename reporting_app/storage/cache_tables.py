"""The tables of the panel's cache: ciphertext, public documents and sealed records."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, LargeBinary, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Tables of the cache, apart from the site's."""


class Letter(Base):
    __tablename__ = "letter"
    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    day: Mapped[date] = mapped_column(Date, index=True)
    guessed: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SlotRecord(Base):
    """What the member's slot in a letter gave, sealed: of every letter alike, for the member or not."""

    __tablename__ = "slot"
    letter: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Draft(Base):
    __tablename__ = "draft"
    place: Mapped[str] = mapped_column(String(80), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Fact(Base):
    """Public documents that must never go backwards, and which roster versions came at short notice."""

    __tablename__ = "fact"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class Outgoing(Base):
    """Sealed and signed, not yet seen where it belongs."""

    __tablename__ = "outgoing"
    id: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    submission: Mapped[bytes] = mapped_column(LargeBinary)
    cells: Mapped[bytes] = mapped_column(LargeBinary)
    sent: Mapped[bool] = mapped_column(default=False)


class KeptBallot(Base):
    """What was last said, or will be, in one table for one case; sealed, under a random name."""

    __tablename__ = "ballot"
    name: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
