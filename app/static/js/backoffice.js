// The back office: behaviours bound by data- attributes. Without them every row still has its edit page.

import "./carte.js";
// Ticks before questions: nobody is asked about nothing.
import "./ticks.js";
import "./confirm.js";
import "./cells.js";
import "./conflicts.js";
import "./copying.js";
import "./recents.js";
import "./shortcuts.js";
import "./switches.js";
import "./theme.js";
// What was typed before is put back before a combobox shows it.
import "./typed.js";
import "./combobox.js";
import "./units.js";
import "./unsaved.js";
import "./save_keys.js";
import "./inline.js";
