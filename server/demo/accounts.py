"""The people of the demo shop. They all have the same password, which is no secret."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from fastshop.contract.accounts import Role
from server.demo.generator import demo_id

PASSWORD = "fastshop-demo"  # noqa: S105 - printed at start, and never used in production
DOMAIN = "demo.fastshop.test"
# Runs the flash sales.
SELLER = "Pixelwerk"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to sign in as."""

    id: UUID
    email: str
    name: str
    roles: tuple[Role, ...]
    seller_id: UUID | None = None


def people() -> Iterator[Person]:
    """Everybody."""
    yield _person("admin", "Ada Admin", Role.ADMIN)
    yield _person("manager", "Milan Manager", Role.MANAGER)
    yield _person("agent", "Aino Agent", Role.MANAGER, Role.AGENT)
    yield _person("seller", "Selma Seller", Role.SELLER, seller_id=demo_id("seller", SELLER))
    yield _person("customer", "Carla Customer", Role.CUSTOMER)
    for number, name in enumerate(("Ben", "Chidi", "Dana", "Emre", "Fay", "Goran", "Hana", "Ines"), start=2):
        yield _person(f"customer{number}", f"{name} Customer", Role.CUSTOMER)


def _person(local: str, name: str, *roles: Role, seller_id: UUID | None = None) -> Person:
    return Person(demo_id("user", local), f"{local}@{DOMAIN}", name, roles, seller_id)
