// Every page of the back office: behaviours bound by data- attributes. What only lists or only forms need
// is in list.js and form.js, which a page names as its `page_script`.

import "./carte.js";
import "./confirm.js";
import "./copying.js";
import "./recents.js";
import "./shortcuts.js";
import "./theme.js";
