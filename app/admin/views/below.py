"""What is added below what: menus in a restaurant, sections in a menu, items in a section."""

from flask_babel import lazy_gettext

from app.admin.base.below import Below

BELOW = {
    "menus": Below(
        endpoint="menus",
        field="restaurant",
        title=lazy_gettext("Menus"),
        none_words=lazy_gettext("There is no menu here yet."),
        add_words=lazy_gettext("Add a menu"),
        save_words=lazy_gettext("Save and add a menu"),
    ),
    "sections": Below(
        endpoint="sections",
        field="menu",
        title=lazy_gettext("Sections"),
        none_words=lazy_gettext("There is no section here yet."),
        add_words=lazy_gettext("Add a section"),
        save_words=lazy_gettext("Save and add a section"),
    ),
    "items": Below(
        endpoint="items",
        field="section",
        title=lazy_gettext("Items"),
        none_words=lazy_gettext("There is no item here yet."),
        add_words=lazy_gettext("Add an item"),
        save_words=lazy_gettext("Save and add an item"),
    ),
}
