"""The base class of the mapped classes (C3, C10)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, MetaData, Uuid, event, func
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, Mapper, mapped_column

from .errors import MisuseError
from .ids import uuid7

# Constraints with predictable names can be changed by migrations and recognised in errors.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(MappedAsDataclass, DeclarativeBase):
    """Mapped classes are dataclasses, so that the type checker sees wrong constructor arguments.

    `eager_defaults` reads what the server generated with RETURNING, in the same round trip.
    """

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {datetime: DateTime(timezone=True), UUID: Uuid()}  # noqa: RUF012
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012


class Entity(Base):
    """A row with an identifier made by the service and the time at which it was created."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default_factory=uuid7, insert_default=uuid7, kw_only=True, sort_order=-2
    )
    created_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), init=False, sort_order=-1
    )


@event.listens_for(Base, "mapper_configured", propagate=True)
def _refuse_lazy_loading(mapper: Mapper[Any], class_: type[Any]) -> None:
    """Async code cannot load on attribute access: say so when the class is defined, not in production."""
    for relationship in mapper.relationships:
        if relationship.lazy not in {
            "raise",
            "raise_on_sql",
            "joined",
            "selectin",
            "noload",
            "write_only",
        }:
            msg = (
                f"{class_.__name__}.{relationship.key} would be loaded on access, which async code cannot do: "
                'declare it with lazy="raise" and load it in the statement (selectinload, joinedload).'
            )
            raise MisuseError(msg)
