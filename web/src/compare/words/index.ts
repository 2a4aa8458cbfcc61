// The words of comparisons in the present language.
import { store } from "../../store";
import { en } from "./en";
import { vi, type Words } from "./vi";

export const words = (): Words => (store.state.lang === "en" ? en : vi);
