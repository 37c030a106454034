"""Plausible names and prices for generated restaurants, drawn from a random generator."""

from __future__ import annotations

from random import Random

_FIRST = (
    "Amber", "Blue", "Copper", "Corner", "Crooked", "Early", "Golden", "Green", "Harbour", "Hidden", "Iron",
    "Ivory", "Laughing", "Lucky", "Maple", "Marble", "Midnight", "Old", "Olive", "Quiet", "Red", "River",
    "Silver", "Smoky", "Sunny", "Tall", "Velvet", "Wandering", "White", "Wild",
)  # fmt: skip
_SECOND = (
    "Anchor", "Apple", "Barn", "Bear", "Bell", "Boat", "Bridge", "Cedar", "Crane", "Fig", "Fox", "Garden",
    "Goose", "Hearth", "Heron", "Kettle", "Lantern", "Lemon", "Mill", "Oak", "Orchard", "Pepper", "Plum",
    "Rooster", "Spoon", "Stove", "Table", "Tide", "Whale", "Willow",
)  # fmt: skip
_KINDS = ("Bistro", "Café", "Canteen", "Diner", "Eatery", "Grill", "Kitchen", "Pantry", "Tavern", "Trattoria")

_WAYS = (
    "Baked",
    "Braised",
    "Charred",
    "Crispy",
    "Glazed",
    "Grilled",
    "Pickled",
    "Roasted",
    "Smoked",
    "Spiced",
)
_WITH = (
    "Brown Butter", "Capers", "Chili Oil", "Dill", "Garlic", "Ginger", "Harissa", "Herbs", "Honey", "Lemon",
    "Miso", "Mustard", "Pesto", "Sea Salt", "Sesame", "Thyme",
)  # fmt: skip
_MAINS = (
    "Aubergine", "Beef Short Rib", "Cabbage", "Carrots", "Cauliflower", "Chicken Thigh", "Cod", "Duck Leg",
    "Halloumi", "Lamb Shoulder", "Mackerel", "Mushrooms", "Pork Belly", "Prawns", "Salmon", "Squash", "Tofu",
)  # fmt: skip
_SWEET = (
    "Almond", "Apple", "Banana", "Blackberry", "Caramel", "Cherry", "Chocolate", "Coconut", "Coffee", "Fig",
    "Hazelnut", "Lemon", "Mango", "Orange", "Peach", "Pear", "Pistachio", "Plum", "Rhubarb", "Vanilla",
)  # fmt: skip
_DESSERTS = (
    "Cake", "Cheesecake", "Crumble", "Ice Cream", "Mousse", "Pie", "Pudding", "Sorbet", "Tart", "Trifle",
)  # fmt: skip
_DRINKS = (
    "Cordial", "Iced Tea", "Juice", "Kombucha", "Lemonade", "Milkshake", "Smoothie", "Soda", "Tonic",
)  # fmt: skip

#: The cheapest and the dearest dish of each course, in whole units of the currency.
_PRICES = {"Appetizer": (4, 14), "Entree": (9, 38), "Dessert": (4, 12), "Beverage": (2, 9)}
_CENTS = (0, 25, 50, 75, 90, 95, 99)


def restaurant_name(random: Random) -> str:
    """Return one of nine thousand names; they repeat sooner or later."""
    return f"The {random.choice(_FIRST)} {random.choice(_SECOND)} {random.choice(_KINDS)}"


def item_name(random: Random, course: str) -> str:
    """Return a dish or a drink that belongs to the course."""
    if course == "Dessert":
        return f"{random.choice(_SWEET)} {random.choice(_DESSERTS)}"
    if course == "Beverage":
        return f"{random.choice(_SWEET)} {random.choice(_DRINKS)}"
    return f"{random.choice(_WAYS)} {random.choice(_MAINS)} with {random.choice(_WITH)}"


def description(random: Random, name: str) -> str:
    """Return a sentence about the dish."""
    made = random.choice(
        ("made to order", "a favourite of the house", "from the day’s market", "good for sharing")
    )
    return f"{name}, {made}."


def price(random: Random, course: str) -> int:
    """Return a price in hundredths."""
    low, high = _PRICES[course]
    return random.randint(low, high) * 100 + random.choice(_CENTS)
