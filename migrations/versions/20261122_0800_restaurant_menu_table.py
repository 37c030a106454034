"""Restaurant menu table: restaurants, their menus, the sections and the items in them.

What happens to existing rows: there are none yet.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "menus"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restaurant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("address", sa.String(length=250), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=40), server_default="", nullable=False),
        sa.Column("website", sa.String(length=250), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = upper(currency)", name=op.f("ck_restaurant_currency_code")
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_restaurant_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restaurant")),
        sa.UniqueConstraint("slug", name=op.f("uq_restaurant_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_restaurant_name_restaurant_id"), "restaurant", ["name", "id"])

    op.create_table(
        "menu",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_menu_named")),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["restaurant.id"],
            name=op.f("fk_menu_restaurant_id_restaurant"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu")),
        sa.UniqueConstraint("id", "restaurant_id", name=op.f("uq_menu_id_restaurant_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_menu_name_menu_id"), "menu", ["name", "id"])
    op.create_index(
        op.f("ix_menu_restaurant_id_menu_position_menu_id"), "menu", ["restaurant_id", "position", "id"]
    )

    op.create_table(
        "section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=False),
        sa.Column("menu_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_section_named")),
        sa.ForeignKeyConstraint(
            ["menu_id", "restaurant_id"],
            ["menu.id", "menu.restaurant_id"],
            name=op.f("fk_section_menu_id_menu"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("id", "restaurant_id", name=op.f("uq_section_id_restaurant_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_section_menu_id_section_position_section_id"), "section", ["menu_id", "position", "id"]
    )
    op.create_index(op.f("ix_section_name_section_id"), "section", ["name", "id"])
    op.create_index(
        op.f("ix_section_restaurant_id_section_name_section_id"), "section", ["restaurant_id", "name", "id"]
    )

    op.create_table(
        "menu_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("restaurant_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sold_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sold_out_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_menu_item_named")),
        sa.CheckConstraint("price >= 0 AND price <= 999999999", name=op.f("ck_menu_item_price_range")),
        sa.CheckConstraint(
            "sold_out_at IS NOT NULL OR sold_out_until IS NULL", name=op.f("ck_menu_item_sold_out_order")
        ),
        sa.ForeignKeyConstraint(
            ["section_id", "restaurant_id"],
            ["section.id", "section.restaurant_id"],
            name=op.f("fk_menu_item_section_id_section"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_item")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_menu_item_name_menu_item_id"), "menu_item", ["name", "id"])
    op.create_index(
        op.f("ix_menu_item_restaurant_id_menu_item_name_menu_item_id"),
        "menu_item",
        ["restaurant_id", "name", "id"],
    )
    op.create_index(
        op.f("ix_menu_item_section_id_menu_item_position_menu_item_id"),
        "menu_item",
        ["section_id", "position", "id"],
    )


def downgrade() -> None:
    op.drop_table("menu_item")
    op.drop_table("section")
    op.drop_table("menu")
    op.drop_table("restaurant")
