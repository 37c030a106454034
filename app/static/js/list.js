// A page with a list. Without these every row still has its edit page.

// Ticks before questions: nobody is asked about nothing.
import "./ticks.js";
import "./backoffice.js";
import "./cells.js";
import "./combobox.js";
import "./switches.js";
