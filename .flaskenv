# Read by python-dotenv for every `flask` command; a variable that is already set wins.
FLASK_APP=app
CARTE_ENV=development
CARTE_DEV_LOGIN=1
