// Starts a page: the frame at once, what stands in it as its own chunk.
import "../styles/tokens.css";
import "./page.css";
import { followLook } from "../look";
import { here } from "../route";
import { store } from "../store";
import { PLAIN, WITH_MAP } from "./needs";
import "./tc-page";

store.only = new Set(here.page === "indicator" ? WITH_MAP : PLAIN);
followLook();
store.changed();
