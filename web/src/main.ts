// Starts the map.
import "./styles/tokens.css";
import "./elements/tc-app";
import { followLook } from "./look";
import { store } from "./store";

followLook();
store.changed();
