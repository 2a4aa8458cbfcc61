// Starts the client.
import "./styles/tokens.css";
import "./elements/tc-app";
import { store } from "./store";

const follow = (): void => {
  const root = document.documentElement;
  root.lang = store.state.lang;
  if (root.dataset["theme"] !== store.theme) {
    root.dataset["theme"] = store.theme;
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", store.theme === "dark" ? "#121b22" : "#ffffff");
  }
};
follow();
store.follow(follow);
store.changed();
