"""The extensions, unbound; `create_app` binds each to its application."""

from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from app.models import Base

db = SQLAlchemy(model_class=Base)
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
#: Holds no state of its own: what it knows of an application is kept with that.
mail = Mail()
compress = Compress()
