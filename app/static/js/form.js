// A page with a form that is filled in and saved.

import "./backoffice.js";
import "./conflicts.js";
// What was typed before is put back before a combobox shows it.
import "./typed.js";
import "./combobox.js";
import "./units.js";
import "./unsaved.js";
import "./save_keys.js";
