// Keeps the document in the language and the shades of the state.
import { store } from "./store";

export function followLook(): void {
  const root = document.documentElement;
  const follow = (): void => {
    root.lang = store.state.lang;
    if (root.dataset["theme"] === store.theme) return;
    root.dataset["theme"] = store.theme;
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", store.theme === "dark" ? "#121b22" : "#ffffff");
  };
  follow();
  store.follow(follow);
}
