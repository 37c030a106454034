// Every page: small behaviours bound by data- attributes; without them each page still works.

import "./faults.js";
import "./flash.js";
import "./forgetting.js";
import "./once.js";
