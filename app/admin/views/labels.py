"""What columns are called where their own name does not say it, the same in every list, form and file."""

LABELS = {
    "created_at": "Since",
    "email": "E-mail",
    "menu.name": "Menu",
    "restaurant.currency": "Currency",
    "restaurant.name": "Restaurant",
    "section.menu.name": "Menu",
    "section.name": "Section",
    "user.email": "E-mail",
    "user.name": "Name",
}
