// Redraws an element whenever the store changes.
import type { ReactiveControllerHost } from "lit";
import { store } from "../store";

export function follow(host: ReactiveControllerHost): void {
  let off: (() => void) | null = null;
  host.addController({
    hostConnected: () => {
      off = store.follow(() => host.requestUpdate());
    },
    hostDisconnected: () => off?.(),
  });
}
