"""The parts of the home page, one module each: first steps, pictures, restaurants, what to do first."""
