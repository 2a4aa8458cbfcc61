// Where a page speaks of: the way back up, and a choice of the areas below or beside.
import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { follow } from "../elements/follow";
import { icons } from "../elements/icons";
import { placed } from "../i18n";
import { store } from "../store";
import { shared } from "../styles/shared";
import { said } from "./words";
import { chosen } from "./pick";
import "../elements/tc-breadcrumb";

@customElement("tc-where")
export class TcWhere extends LitElement {
  constructor() {
    super();
    follow(this);
  }

  static override styles = [shared, chosen, css`
    :host { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.5rem; min-width: 0; }
    tc-breadcrumb { flex: none; margin-left: -0.5rem; max-width: 100%; }
    .pick { max-width: 15rem; }
  `];

  protected override render(): TemplateResult {
    const w = said().where;
    const focus = store.data.focus.value;
    const below = [...(focus?.children ?? [])].sort((a, b) => a.name.localeCompare(b.name, "vi", { numeric: true }));
    return html`<tc-breadcrumb></tc-breadcrumb>
      ${below.length
        ? html`<label class="pick"><span class="hide">${w.label}</span><select @change=${(e: Event) => this.go(e.target as HTMLSelectElement)}>
            <option value="" selected>${focus!.level === "country" ? w.province : w.choose}</option>
            ${below.map((one) => html`<option value=${one.code}>${placed(one)}</option>`)}</select>${icons.down(14)}</label>`
        : nothing}`;
  }

  private go(select: HTMLSelectElement): void {
    if (select.value) store.go({ area: select.value, view: null }, "push");
    select.value = "";
  }
}
