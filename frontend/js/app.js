// What every page may use. Pages work without it: links are links and forms are forms.
import "./htmx.js";
import "./copy.js";
import "./dialogs.js";
import "./menus.js";
import "./forms.js";
import "./filters.js";
import "./near.js";
import "./place.js";
import "./plan.js";
import "./shape.js";
import "./chat.js";
import "./tabs.js";
import "./insert.js";
import "./work.js";
import "./opinions.js";
import "./autosave.js";
