"""What columns are called where their own name does not say it, the same in every list, form and file."""

LABELS = {
    "administrator_since": "Administrator since",
    "created_at": "Since",
    "disabled_at": "Disabled since",
    "email": "E-mail",
    "last_seen": "Last seen",
    "menu.name": "Menu",
    "restaurant.currency": "Currency",
    "restaurant.name": "Restaurant",
    "section.menu.name": "Menu",
    "section.name": "Section",
    "sold_out": "Sold out",
    "sold_out_at": "Sold out since",
    "sold_out_by": "Sold out by",
    "sold_out_until": "Sold out until",
    "time_zone": "Time zone",
    "user.email": "E-mail",
    "user.name": "Name",
}
