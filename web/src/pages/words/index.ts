// The words of the pages in the present language.
import { store } from "../../store";
import { en } from "./en";
import { vi, type PageWords } from "./vi";

export const said = (): PageWords => (store.state.lang === "en" ? en : vi);
