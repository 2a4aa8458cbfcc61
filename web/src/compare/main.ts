// What compares pictures: fetched by the page when something is compared.
import { store } from "../store";
import { ask } from "./asks";
import "./tc-against";
import "./tc-against-legend";
import "./tc-compare";
import "./tc-months";
import "./tc-two-areas";

export { computed } from "./computed";

store.asks.add(ask);
