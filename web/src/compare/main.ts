// What compares pictures: fetched by the page when something is compared.
import { store } from "../store";
import { ask } from "./asks";
import "./tc-against";
import "./tc-against-legend";
import "./tc-compare";
import "./tc-months";
import "./tc-two-areas";

export { ownScales } from "./asks";
export { computed } from "./computed";
export { captions, left } from "./sides";

store.asks.add(ask);
