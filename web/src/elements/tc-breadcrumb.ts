// Country › province › commune: where one is, and the way back up.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { placed, words } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import { follow } from "./follow";
import { icons } from "./icons";

@customElement("tc-breadcrumb")
export class TcBreadcrumb extends LitElement {
  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, css`
    :host { display: block; min-width: 0; }
    ol { display: flex; align-items: center; min-width: 0; }
    li { display: flex; align-items: center; min-width: 0; white-space: nowrap; }
    li:not(:last-child) { flex: none; }
    li > svg { flex: none; margin: 0 0.2rem; color: var(--ink-3); }
    button, span { padding: 0.35rem 0.5rem; border-radius: var(--radius-s); overflow: hidden; text-overflow: ellipsis; min-width: 0; }
    button { color: var(--accent); font-weight: 500; transition: background var(--quick); }
    button:hover { background: var(--accent-soft); }
    span { font-weight: 600; }
  `];

  protected override render(): TemplateResult | typeof nothing {
    const focus = store.data.focus.value;
    if (!focus) return nothing;
    return html`<nav aria-label=${words().breadcrumb}>
      <ol>
        ${focus.path.map((step, i) =>
          i === focus.path.length - 1
            ? html`<li><span aria-current="location">${placed(step)}</span></li>`
            : html`<li>
                <button @click=${() => store.go({ area: step.code, view: null }, "push")}>${placed(step)}</button>${icons.right(14)}
              </li>`)}
      </ol>
    </nav>`;
  }
}
