/** Where one begins to fill in what stands in a dialog. */
const FIELDS =
  'input:not([type="file"]), select, textarea, [contenteditable="true"], [role="combobox"], [role="spinbutton"]';

/** False: there is none, or a finger would only get the keyboard of the screen over the page. */
export function focusFirstField(box: HTMLElement | null): boolean {
  if (window.matchMedia('(pointer: coarse)').matches) return false;
  const first = [...(box?.querySelectorAll<HTMLElement>(FIELDS) ?? [])].find(isThere);
  first?.focus();
  return first !== undefined;
}

function isThere(field: HTMLElement): boolean {
  return !field.matches(':disabled, [readonly], [tabindex="-1"]') && field.offsetParent !== null;
}
