/**
 * Electron's `Menu`, as data: a test looks for an item by its labels, as a person would, and clicks it.
 * Roles are what the system does by itself; the few that matter here do it.
 */
import type { MenuItem, MenuItemConstructorOptions, PopupOptions } from 'electron';
import { app } from './app.ts';
import { strict } from './strict.ts';

type Template = MenuItemConstructorOptions[];

/** An item as a person sees it. */
export interface SeenItem {
  label: string;
  role: string | null;
  accelerator: string | null;
  enabled: boolean;
  submenu: SeenItem[];
}

interface StandInMenu {
  template: Template;
  popup(options?: PopupOptions): void;
}

let applicationMenu: Template | null = null;
let popped: Template | null = null;

export const Menu = strict('Menu', {
  buildFromTemplate: (template: Template): StandInMenu =>
    strict('Menu', {
      template,
      popup: () => {
        popped = template;
      },
    }),
  setApplicationMenu: (menu: StandInMenu | null) => {
    applicationMenu = menu?.template ?? null;
  },
});

/** The menu of the program, or the one that was popped up last. */
export function seeMenu(which: 'application' | 'popup'): SeenItem[] {
  return see(templateOf(which));
}

/** Clicks the item that is found by the labels (or roles) on the way to it. */
export function clickItem(which: 'application' | 'popup', way: string[]): void {
  let items = templateOf(which);
  let found: MenuItemConstructorOptions | undefined;
  for (const step of way) {
    found = items.find((item) => labelOf(item) === step || item.role === step);
    if (found === undefined)
      throw new Error(`no item ${step}; there are ${items.map(labelOf).join(', ')}`);
    items = submenuOf(found);
  }
  if (found === undefined) throw new Error('no item was named');
  if (found.enabled === false) throw new Error(`${labelOf(found)} is not enabled`);
  if (found.role === 'quit') app.quit();
  else if (found.click === undefined) throw new Error(`${labelOf(found)} does nothing here`);
  // Handlers of the program look at none of these.
  else found.click(strict('MenuItem', {}) as unknown as MenuItem, undefined, {});
}

function templateOf(which: 'application' | 'popup'): Template {
  const menu = which === 'application' ? applicationMenu : popped;
  if (menu === null) throw new Error(`there is no ${which} menu`);
  return menu;
}

function see(template: Template): SeenItem[] {
  return template
    .filter(({ type }) => type !== 'separator')
    .map((item) => ({
      label: labelOf(item),
      role: item.role ?? null,
      accelerator: item.accelerator ?? null,
      enabled: item.enabled ?? true,
      submenu: see(submenuOf(item)),
    }));
}

function submenuOf({ submenu }: MenuItemConstructorOptions): Template {
  return Array.isArray(submenu) ? submenu : [];
}

/** Without the mark of the letter that opens it. */
function labelOf({ label, role }: MenuItemConstructorOptions): string {
  return (label ?? role ?? '').replace('&', '');
}
